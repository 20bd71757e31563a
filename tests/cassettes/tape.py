"""Cassettes: what production sends and gets, recorded on loopback under the real addresses.

    python tests/cassettes/record.py

makes them anew from the stand-ins. Nothing secret is in them: tokens, webhook paths and signatures are replaced
while recording. Replaying allows no request that is not on the tape.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import vcr

FOLDER = Path(__file__).parent

SIGNATURE = re.compile(r"X-Amz-Signature=[0-9a-f]+")

WEBHOOK = "https://hooks.slack.com/services/T000/B000/REDACTED"


def tape(name: str, *, record: bool = False, stands_for: dict[str, str] | None = None) -> Any:
    """Give a context in which every request is on the tape, or, with ``record``, goes onto it.

    ``stands_for`` maps where a stand-in is to the address that it stands for.
    """
    clean = _cleaner(stands_for or {})
    recorder = vcr.VCR(
        record_mode="all" if record else "none",
        match_on=("method", "uri", "condition"),
        filter_headers=[("Authorization", "REDACTED"), ("x-api-key", "REDACTED")],
        before_record_request=clean,
        before_record_response=_without_signature,
        decode_compressed_response=False,
    )
    recorder.register_matcher("condition", _same_condition)
    return recorder.use_cassette(str(FOLDER / f"{name}.yaml"))


def _cleaner(stands_for: dict[str, str]) -> Callable[[Any], Any]:
    def clean(request: Any) -> Any:
        for standin, real in stands_for.items():
            if request.uri.startswith(standin):
                request.uri = real + request.uri.removeprefix(standin)
        request.uri = SIGNATURE.sub("X-Amz-Signature=REDACTED", request.uri)
        return request

    return clean


def _without_signature(response: dict[str, Any]) -> dict[str, Any]:
    for values in response["headers"].values():
        if isinstance(values, list):
            values[:] = [SIGNATURE.sub("X-Amz-Signature=REDACTED", value) for value in values]
    return response


def _same_condition(a: Any, b: Any) -> None:
    """Compare what makes a request conditional; vcrpy compares no headers by itself."""
    for name in ("If-None-Match", "If-Modified-Since"):
        assert a.headers.get(name) == b.headers.get(name), name
