"""LMArena's own pages, as people saved them. Import only: its terms forbid that a program visits them.

Two kinds are read, both from the data inside the page. The page of 2025 (Gradio) draws of each long table only the
rows on the screen, beside a table of the widest cells that looks like one more entry; its configuration has all
rows, and each tab says when it was last updated. The page of 2026 (Next.js) has its numbers as printed only
rounded, and the models of the whole site besides; a list of those models alone is read too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from scrapers.boards._lmarena import AGENT, BOARDS
from scrapers.formats.cells import date_of, detail_of, margins_of, whole
from scrapers.formats.embedded import flight_of, value_of, values_after
from scrapers.formats.files import board_given, json_of, number_in, text_in, text_of
from scrapers.formats.html import plain
from scrapers.formats.tables import Row, Table, refuse_headings, table_of
from topspot.domain.values import (
    OVERALL,
    Board,
    Fact,
    Item,
    LayoutChanged,
    License,
    Payload,
    Reading,
    Remark,
    Source,
    Terms,
)

TABS = {"Language": BOARDS["text"], "Vision": BOARDS["vision"], "Text-to-Image": BOARDS["text_to_image"]}
"""The boards of the page of 2025, by the last word on their tabs."""

OTHER_RULER = {
    BOARDS[subset].key: replace(BOARDS[f"{subset}_style_control"], rated=False, intervals=False)
    for subset in ("text", "vision")
}
"""The boards of which that page prints ranks and no ratings, by those beside which they stand."""

SOURCE = Source(
    key="lmarena-page",
    publisher="LMArena",
    license=License("none stated", credit="LMArena's leaderboard pages"),
    imports=(*TABS.values(), *OTHER_RULER.values(), AGENT),
    terms=Terms(
        fetch=False, note="terms of service forbid automated access, as third parties report it; not looked up"
    ),
    format="HTML (Gradio, Next.js); JSON of its models",
)

RANK, RANK_BY_STYLE = "Rank* (UB)", "Rank (StyleCtrl)"

NEEDED = (RANK, "Model", "Arena Score", "95% CI", "Votes", "Organization", "License")

GRADIO = "window.gradio_config"

_UPDATED = re.compile(r"Last updated: ([0-9]{4}-[0-9]{2}-[0-9]{2})")


def parse(payload: Payload) -> Iterator[Item]:
    """Read a page or a list of models as printed. Raises ``LayoutChanged`` for a payload in another shape.

    The published date is the one said on import, else the one that the page prints. Where a board was said on
    import, only that one is read.
    """
    given = board_given(payload, SOURCE.all_boards)
    items = list(_items(payload))
    yield from (item for item in items if not (isinstance(item, Reading) and given and item.board != given))
    if given and not any(isinstance(item, Reading) and item.board == given for item in items):
        raise LayoutChanged(f"expected the board {given}, found none of its rows")


def _items(payload: Payload) -> Iterator[Item]:
    page = text_of(payload)
    if page.lstrip().startswith(("{", "[")):
        yield from _models(json_of(payload))
    elif GRADIO in page:
        yield from _gradio(value_of(page, GRADIO), payload.published_on)
    else:
        flight = flight_of(page)
        yield from _agent(flight, payload.published_on)
        for models in values_after(flight, "initialModels"):
            yield from _models(models)


def _models(models: Any) -> Iterator[Fact]:
    """Read the list of the site's models, which some keep by id."""
    every = list(models.values()) if isinstance(models, dict) else models
    if not isinstance(every, list) or not every:
        raise LayoutChanged(f"expected a list of models, found {str(every)[:60]!r}")
    for number, model in enumerate(every, start=1):
        record = _record(model, f"model {number}")
        said = {
            key: text_in(record, key, f"model {number}") for key in ("organization", "provider") if key in record
        }
        yield Fact(
            name=_name(record, "publicName", f"model {number}"),
            organization=said.get("organization", ""),
            detail=detail_of(provider=said.get("provider")),
        )


def _agent(flight: str, on: date | None) -> Iterator[Reading]:
    found = [value for value in values_after(flight, "snapshot") if isinstance(value, dict) and "signals" in value]
    if len(found) != 1:
        raise LayoutChanged(f"expected one snapshot of the agent arena, with its signals, found {len(found)}")
    snapshot = found[0]
    on = on or date_of(text_in(snapshot, "lastUpdated", "the snapshot"), "lastUpdated")
    rows = _list(snapshot, "rows")
    if number_in(snapshot, "modelCount", "the snapshot") != len(rows):
        raise LayoutChanged(f"the page says {snapshot['modelCount']:g} models, found {len(rows)} rows")
    yield from (
        _net(_record(row, f"row {number}"), f"row {number}", on) for number, row in enumerate(rows, start=1)
    )
    for signal in _list(snapshot, "signals"):
        yield from _signal(_record(signal, "a signal"), on)


def _net(row: Mapping[str, Any], where: str, on: date) -> Reading:
    score = _record(row.get("avgScore"), f"avgScore of {where}")
    value, margin = _percent(score, "value", where), _percent(score, "ci", where)
    return _entry(row, OVERALL, where, on)._replace(
        rating=value,
        lower=value - margin,
        upper=value + margin,
        detail=detail_of(sessions=whole(number_in(row, "sessions", where)), provider=row.get("provider")),
    )


def _signal(signal: Mapping[str, Any], on: date) -> Iterator[Reading]:
    category = _name(signal, "displayName", "a signal")
    for number, found in enumerate(_list(signal, "entries"), start=1):
        where = f"entry {number} of {category[:60]}"
        entry = _record(found, where)
        yield _entry(entry, category, where, on)._replace(
            rating=_percent(entry, "score", where),
            lower=_percent(entry, "ciLower", where),
            upper=_percent(entry, "ciUpper", where),
        )


def _entry(record: Mapping[str, Any], category: str, where: str, on: date) -> Reading:
    return Reading(
        board=AGENT.key,
        category=category,
        published_on=on,
        name=_name(record, "model", where),
        organization=text_in(record, "modelOrganization", where),
        license=text_in(record, "license", where),
        rank=whole(number_in(record, "rank", where)),
    )


def _percent(record: Mapping[str, Any], key: str, where: str) -> float:
    value = number_in(record, key, where)
    if value is None:
        raise LayoutChanged(f"{key!r} of {where} should be a number, found null")
    return value * 100.0


class _Tab(NamedTuple):
    """What stands on one tab of the page of 2025: its tables, and its text."""

    tables: list[Mapping[str, Any]]
    texts: list[str]


def _gradio(config: Any, on: date | None) -> Iterator[Item]:
    tabs = {label: tab for label, tab in _tabs(_record(config, GRADIO)).items() if tab.tables}
    if not any(map(_board_of, tabs)):
        raise LayoutChanged(
            f"expected a tab {' or '.join(TABS)} with a table, found {', '.join(tabs)[:200] or 'none'}"
        )
    for label, tab in tabs.items():
        board = _board_of(label)
        for value in tab.tables:
            if board:
                yield from _tab(_table(value, label), board.key, on or _updated(tab, label))
            else:
                yield Remark(f"a table on the tab {label[:60]!r} is of no board that is read here and is left out")


def _board_of(label: str) -> Board | None:
    return TABS.get((label.split() or [""])[-1])


def _tabs(config: Mapping[str, Any]) -> dict[str, _Tab]:
    """Give what stands below each tab, by what is written on it."""
    components = {
        number_in(each, "id", "a component"): each
        for each in (_record(found, "a component") for found in _list(config, "components"))
    }
    tabs: dict[str, _Tab] = {}
    waiting = [(_record(config.get("layout"), "the layout"), "")]
    while waiting:
        node, label = waiting.pop()
        component = components.get(number_in(node, "id", "the layout"), {})
        props = _record(component.get("props", {}), "a component")
        if component.get("type") == "tabitem":
            label = str(props.get("label") or "")
        _put(tabs.setdefault(label, _Tab([], [])), str(component.get("type")), props.get("value"))
        children = _list(node, "children") if node.get("children") else []
        waiting += [(_record(child, "the layout"), label) for child in reversed(children)]
    return tabs


def _put(tab: _Tab, kind: str, value: Any) -> None:
    if kind == "markdown" and isinstance(value, str):
        tab.texts.append(value)
    elif kind == "dataframe":
        tab.tables.append(_record(value, "a table"))


def _updated(tab: _Tab, label: str) -> date:
    found = {each for text in tab.texts for each in _UPDATED.findall(text)}
    if len(found) != 1:
        raise LayoutChanged(f"expected one 'Last updated: YYYY-MM-DD' on the tab {label[:60]}, found {len(found)}")
    return date_of(found.pop(), "Last updated")


def _table(value: Mapping[str, Any], label: str) -> Table:
    columns = tuple(_cell(name, label) for name in _list(value, "headers"))
    rows = [[_cell(cell, label) for cell in _cells(row, label)] for row in _list(value, "data")]
    return table_of(columns, iter(enumerate(rows, start=1)), NEEDED, label)


def _cells(row: Any, label: str) -> list[Any]:
    if not isinstance(row, list):
        raise LayoutChanged(f"a row on the tab {label[:60]} should be a list, found {str(row)[:40]!r}")
    return row


def _cell(value: Any, label: str) -> str:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, float):
        return repr(value)
    if value is None:
        return ""
    raise LayoutChanged(f"a cell on the tab {label[:60]} should be text or a number, found {str(value)[:40]!r}")


def _tab(table: Table, board: str, on: date) -> Iterator[Item]:
    other = OTHER_RULER.get(board)
    yield from table.unknown((*NEEDED, *([RANK_BY_STYLE] if other else [])))
    for row in table.rows:
        yield _scored(row, board, on)
    if other:
        refuse_headings(table.columns, (RANK_BY_STYLE,))
        for row in table.rows:
            yield _row(row, other.key, on)._replace(rank=whole(row.number(RANK_BY_STYLE)))


def _scored(row: Row, board: str, on: date) -> Reading:
    rating = row.number("Arena Score")
    margins = margins_of(row.cells["95% CI"], f"line {row.line}: '95% CI'")
    if rating is None or margins is None:
        raise LayoutChanged(
            f"line {row.line}: expected a score and its interval, found {row.cells['95% CI'][:40]!r}"
        )
    up, down = margins
    return _row(row, board, on)._replace(
        rank=whole(row.number(RANK)), rating=rating, lower=rating - down, upper=rating + up
    )


def _row(row: Row, board: str, on: date) -> Reading:
    return Reading(
        board=board,
        category=OVERALL,
        published_on=on,
        name=row.cells["Model"],
        organization=row.cells["Organization"],
        license=row.cells["License"],
        votes=whole(row.number("Votes")),
    )


def _record(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise LayoutChanged(f"{where} should be an object, found {str(value)[:60]!r}")
    return value


def _list(record: Mapping[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    if not isinstance(value, list) or not value:
        raise LayoutChanged(f"{key!r} should be a list that holds something, found {str(value)[:60]!r}")
    return value


def _name(record: Mapping[str, Any], key: str, where: str) -> str:
    name = text_in(record, key, where)
    if not name.strip():
        raise LayoutChanged(f"{key!r} of {where} should be a name, found {name[:40]!r}")
    return name
