"""JSON that stands inside a page's scripts: the flight data of Next.js, and what a script sets a name to."""

import json
import re
from collections.abc import Iterator
from typing import Any

from topspot.domain.values import LayoutChanged

_PUSHED = re.compile(r'self\.__next_f\.push\(\[1,\s*("(?:[^"\\]|\\.)*")\]\)')


def flight_of(page: str) -> str:
    """Give the flight data of a page of Next.js as one text. Raises ``LayoutChanged`` where there is none."""
    try:
        parts = [json.loads(part) for part in _PUSHED.findall(page)]
        whole = "".join(parts)
        whole.encode()
    except json.JSONDecodeError as error:
        raise LayoutChanged(f"damaged flight data ({error})") from error
    except UnicodeEncodeError as error:
        raise LayoutChanged("damaged flight data (half a character)") from error
    if not parts:
        raise LayoutChanged("expected the flight data of Next.js (self.__next_f.push), found none")
    return whole


def values_after(text: str, key: str) -> Iterator[Any]:
    """Give the JSON values that follow a ``"key":`` in a text, in order, every number of them as a float.

    Raises ``LayoutChanged`` for a value that is no JSON.
    """
    for found in re.finditer(rf'"{re.escape(key)}"\s*:\s*', text):
        yield _value_at(text, found.end(), key)


def value_of(page: str, name: str) -> Any:
    """Give the JSON that a page's script sets a name to (``window.gradio_config = {…}``), numbers as floats.

    Raises ``LayoutChanged`` where that does not stand there exactly once, and for a value that is no JSON.
    """
    places = [found.end() for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\s*=(?!=)\s*", page)]
    if len(places) != 1:
        raise LayoutChanged(f"expected a script that sets {name} once, found {len(places) or 'none'}")
    return _value_at(page, places[0], name)


def _value_at(text: str, place: int, name: str) -> Any:
    try:
        value, end = json.JSONDecoder(parse_int=float).raw_decode(text, place)
        if "\\ud" in text[place:end].lower():
            json.dumps(value, ensure_ascii=False).encode()
    except (json.JSONDecodeError, UnicodeEncodeError, RecursionError) as error:
        raise LayoutChanged(f"the value of {name} is no JSON ({str(error)[:80]})") from error
    return value
