"""How answers look in a terminal, and how a run shows itself while it goes on.

Text from outside is printed as text: no markup of Rich is read in it, no control character leaves with it.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from topspot.domain.messages import Message
from topspot.domain.values import NEWS
from topspot.jobs import Report, SourceReport

if TYPE_CHECKING:
    from topspot.backfill import Loaded
    from topspot.backfill import Progress as Watching
    from topspot.reapply import Applied

WIDTH = 110
"""Columns where nobody says how wide the terminal is, as in a file or a pipe."""

WHOLE = ("id", "date", "board", "since", "published")
"""Columns of a table that are copied or sorted by, and so are never broken."""


def stdout() -> Console:
    """Give the console of data."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


def stderr() -> Console:
    """Give the console for people."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else WIDTH, highlight=False)


def plain(value: Any) -> Text:
    """Make harmless text of any value; what is missing is a dash, and a list has a line for each of its values."""
    if isinstance(value, list):
        return Text("\n").join(map(plain, value))
    return Text(_harmless("-" if value is None or value == "" else str(value)))


def _harmless(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char)[0] != "C" or char == " ")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Sequence[str] = ()) -> Table:
    """Make a table; the columns named in ``numbers`` stand on the right."""
    drawn = Table(title=plain(title), title_justify="left", title_style="bold", header_style="bold", box=None)
    for column in columns:
        drawn.add_column(
            column,
            justify="right" if column in numbers else "left",
            overflow="fold",
            no_wrap=column in WHOLE,
        )
    for row in rows:
        drawn.add_row(*(plain(cell) for cell in row))
    return drawn


NO_COMMERCE = ", not for commercial use"


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _interval(row: dict[str, Any]) -> str:
    lower, upper = _figure(row["lower"]), _figure(row["upper"])
    return f"[{lower}, {upper}]" if lower and upper else ""


def credit(rows: Iterable[dict[str, Any]]) -> Text:
    """Say on a line each where figures come from, under which license, and that some may not be used to earn."""
    lines = dict.fromkeys(
        f"{row['credit']} ({row['license']}{NO_COMMERCE if row['commercial_use'] is False else ''})"
        for row in rows
        if row["credit"]
    )
    return Text("\n").join(map(plain, lines))


def board(answer: dict[str, Any], by: str | None) -> Table:
    """Draw the standings of a board, and below them whom to credit."""
    drawn = _board(answer, by)
    drawn.caption, drawn.caption_justify = credit([answer]), "left"
    return drawn


def _board(answer: dict[str, Any], by: str | None) -> Table:
    title = f"{answer['board']} · {answer['category']} · published {answer['published_on']} ({answer['series']})"
    if by in (None, "model"):
        rows = [
            (row["position"], row["model_raw"], row["developer"], row["country"], _figure(row["rating"]),
             _interval(row), row["votes"])
            for row in answer["standings"]
        ]  # fmt: skip
        return table(
            title,
            ("#", "model", "developer", "country", "rating", "interval", "votes"),
            rows,
            ("#", "rating", "votes"),
        )
    grouped = [
        (row["position"], row[by], row["best_model"], _figure(row["rating"]), _interval(row), row["models"])
        for row in answer["standings"]
    ]
    columns = ("#", by or "", "best model", "rating", "interval", "models")
    return table(title, columns, grouped, ("#", "rating", "models"))


def leads(answer: dict[str, Any], by: str) -> Table:
    """Draw who is first everywhere."""
    rows = [
        (lead["board"], lead["category"], _names(lead["leaders"], by), _shared(lead["tied"]), lead["since"],
         _figure(lead["margin"]))
        for lead in answer["leads"]
    ]  # fmt: skip
    columns = ("board", "category", "first", "alone?", "since", "margin")
    drawn = table(f"Who is first, by {by}", columns, rows, ("margin",))
    drawn.caption, drawn.caption_justify = credit(answer["leads"]), "left"
    return drawn


def _names(leaders: Sequence[dict[str, Any]], by: str, most: int = 3) -> str:
    names = []
    for row in leaders[:most]:
        known = [part for part in (row["developer"], row["country"]) if part]
        label = row["model_raw"] if by == "model" else row[by] or f"unknown ({row['model_raw']})"
        names.append(f"{label} ({', '.join(known)})" if by == "model" and known else label)
    if len(leaders) > most:
        names.append(f"{len(leaders) - most} more")
    return ", ".join(names)


def _shared(tied: int) -> str:
    return "alone" if tied == 1 else f"shared by {tied}"


def events(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw what happened."""
    drawn = [
        (row["published_on"] or row["observed_at"][:10], row["board"], row["category"], _what(row),
         row["subject"]["name"], row["tied"] or None, _why(row), row["id"])
        for row in rows
    ]  # fmt: skip
    columns = ("date", "board", "category", "what", "who", "tied", "cause", "id")
    return table("Events", columns, drawn, ("tied",))


def _what(row: dict[str, Any]) -> str:
    what = f"{row['type']} {row['change']}" if row["change"] else str(row["type"])
    return f"{what} (withdrawn)" if row["withdrawn"] else what


def _why(row: dict[str, Any]) -> str:
    said = "; ".join(row["reasons"])
    return said if row["withdrawn"] or not row["cause"] else row["cause"]


def sources(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw the state of the sources."""
    drawn = [
        (row["source"], row["state"], f"{row['license']}{NO_COMMERCE if row['commercial_use'] is False else ''}",
         _to_the_minute(row["last_success_at"]), _to_the_minute(row["next_due_at"]), row["failures"] or None,
         row["note"])
        for row in rows
    ]  # fmt: skip
    columns = ("source", "state", "license", "last success", "next visit", "failures", "note")
    return table("Sources (times in UTC)", columns, drawn, ("failures",))


def _to_the_minute(instant: str | None) -> str | None:
    return instant[:16].replace("T", " ") if instant else None


def explained(rows: Sequence[dict[str, Any]]) -> Iterable[Table]:
    """Draw an explanation: for each event what was decided by which rule from which bytes."""
    for row in rows:
        yield table(
            f"{row['type']} · {row['board']} · {row['category']} · {row['subject']['name']} {row['change'] or ''}",
            ("", ""),
            [
                ("rule", row["rule"]),
                ("decided by", row["decided_by"]),
                ("published", row["published_on"]),
                ("first before", _rows(row["previous"])),
                ("first after", _rows(row["current"])),
                ("shared by", row["tied"]),
                ("cause", row["cause"]),
                ("because", "; ".join(row["reasons"])),
                ("state", row["state"]),
                ("payloads", row["payloads"]),
                ("derive it again", row["derive"]),
            ],
        )


def _rows(standings: Sequence[dict[str, Any]]) -> str:
    return ", ".join(
        f"{row['model']} {_figure(row['rating']) or ''} {_interval(row)}".strip() for row in standings
    )


def silence(answer: dict[str, Any]) -> Table:
    """Draw why nothing was told."""
    rows = [(row["category"], row["published_on"], row["snapshot_id"], row["reason"]) for row in answer["reasons"]]
    columns = ("category", "published", "snapshot", "reason")
    return table(f"{answer['board']} on {answer['date']}", columns, rows, ("snapshot",))


def checks(answer: dict[str, Any]) -> Table:
    """Draw what doctor found."""
    rows = [("ok" if row["ok"] else "WRONG", row["name"], row["message"], row["hint"]) for row in answer["checks"]]
    return table("Doctor", ("", "check", "found", "what to do"), rows)


def loaded(report: "Loaded") -> Table:
    """Draw what an import or a backfill did."""
    rows = [
        ("files", report.files),
        ("of them known before", report.unchanged),
        ("rows", report.rows),
        ("snapshots", report.snapshots),
        ("dates", len(report.dates)),
        ("facts without a ranking", report.facts),
        ("events", report.events),
        ("held", len(report.held)),
        ("not read", len(report.unreadable)),
    ]
    return table(f"{report.source}: loaded in silence", ("", "how many"), rows, ("how many",))


def resolved(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw what names mean."""
    drawn = [
        (row["name"], row["model"], row["variant"], row["developer"], row["parent"], row["country"],
         {True: "open", False: "closed"}.get(row["open_weights"]), _bases(row))
        for row in rows
    ]  # fmt: skip
    columns = ("name", "model", "variant", "developer", "parent", "country", "weights", "told by")
    return table(f"As of {rows[0]['as_of']}" if rows else "", columns, drawn)


def _bases(row: dict[str, Any]) -> list[str]:
    told = [f"{what}: {basis}" for what, basis in row["basis"].items() if basis]
    return told + [f"{part['kind']}: {part['name']} ({part['developer'] or 'unknown'})" for part in row["parts"]]


def checked(answer: dict[str, Any]) -> Iterable[Text]:
    """Draw a text that was checked: each sentence with its verdict, and below it what it claims and what holds."""
    yield plain(f"{answer['title'] or 'Checked'}, as of {answer['published']}")
    left = list(answer["claims"])
    for row in answer["sentences"]:
        yield plain(f"{_VERDICTS[row['verdict']]}: {row['text']}")
        mine = [claim for claim in left if claim["text"] == row["text"]]
        left = [claim for claim in left if claim not in mine]
        for claim in mine:
            who = claim["subject_key"] or claim["subject"]
            board = claim["board"] or "no board named"
            yield plain(f"    {_VERDICTS[claim['verdict']]}: {who} {_claimed(claim)} ({board})")
            yield plain(f"        {claim['explanation']}")


_VERDICTS = {
    "supported": "✓ supported",
    "refuted": "✗ refuted",
    "mixed": "± mixed",
    "unverifiable": "? unverifiable",
    "not_checkable": "- not checkable",
}


def _claimed(row: dict[str, Any]) -> str:
    """Say a claim in a few words: its relation, number and rival."""
    number = row["rank"] if row["rank"] is not None else row["rating"]
    counted = (
        f"{row['n']} of {row['of_top']}" if row["n"] is not None else row["of_top"] and f"top {row['of_top']}"
    )
    said = [row["relation"], None if number is None else f"{number:g}", counted, row["object"]]
    if row["as_of"]:
        said.append(f"as of {row['as_of']}")
    if row["modality"] != "asserted":
        said.append(f"({row['modality']})")
    return " ".join(str(part) for part in said if part is not None)


def news(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw stories."""
    drawn = [
        (row["began_at"][:10], row["title"], ", ".join(sorted({each["source"] for each in row["articles"]})),
         ", ".join(row["mentions"][:6]), ", ".join(map(_VERDICTS.__getitem__, row["claims"][:4])))
        for row in rows
    ]  # fmt: skip
    return table(f"{len(rows)} stories", ("date", "story", "told by", "names", "claims"), drawn)


def claims(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw claims with their verdicts."""
    drawn = [
        ((row["published_at"] or row["judged_at"])[:10], row["source"], _VERDICTS[row["verdict"]], row["text"],
         row["explanation"])
        for row in rows
    ]  # fmt: skip
    return table(f"{len(rows)} claims", ("date", "source", "", "claim", "what the boards show"), drawn)


def developers(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw the developers."""
    drawn = [
        (row["developer"], row["name"], row["name_zh"], row["country"], row["parent"], ", ".join(row["families"]))
        for row in rows
    ]
    return table("Developers", ("key", "name", "Chinese", "country", "parent", "families"), drawn)


def unknown(rows: Sequence[dict[str, Any]]) -> Iterable[Table | Text]:
    """Draw what is nobody's, and TOML to begin from."""
    drawn = [
        (row["best_position"], row["boards"], row["name"], row["organization"], row["board"], row["last_seen"])
        for row in rows
    ]
    columns = ("best #", "boards", "name", "organization", "such as", "last seen")
    yield table(f"Unknown: {len(rows)}", columns, drawn, ("best #", "boards"))
    drafts = dict.fromkeys(row["toml"] for row in rows)
    yield Text("\n").join(Text(line) for toml in drafts for line in ["", *map(_harmless, toml.splitlines())])


def applied(report: "Applied") -> Table:
    """Draw what applying the registry changed of the past."""
    drawn = [
        (row["published_on"], row["board"], row["category"], row["what"], row["type"], row["change"],
         row["subject"], row["id"])
        for row in report.events
    ]  # fmt: skip
    title = f"{report.entries} entries mean something else; {len(report.events)} events of the past change"
    columns = ("published", "board", "category", "event", "type", "change", "subject", "id")
    return table(title, columns, drawn)


def series(answer: dict[str, Any]) -> Iterable[Table]:
    """Draw which series cover which dates, and where they differ."""
    covered = [
        (row["series"], row["license"], row["first"], row["last"], row["dates"], row["categories"],
         row["snapshots"], row["held"])
        for row in answer["series"]
    ]  # fmt: skip
    columns = ("series", "license", "first", "last", "dates", "categories", "snapshots", "held")
    yield table(f"{answer['board']}, the most trusted first", columns, covered, columns[4:])
    differ = [
        (row["published_on"], " / ".join(row["series"]), " / ".join(map(str, row["rows"])), row["names_in_both"],
         _figure(row["largest_difference"]), " / ".join(", ".join(first[:3]) for first in row["first"]))
        for row in answer["overlaps"]
    ]  # fmt: skip
    heads = ("date", "series", "rows", "names in both", "largest difference", "first")
    yield table(f"Dates that several have, {answer['category']}", heads, differ, heads[3:5])


def history(answer: dict[str, Any]) -> Table:
    """Draw positions over time."""
    rows = [
        (row["published_on"], row["board"], row["position"], row["of"], row["model_raw"], _figure(row["rating"]),
         _interval(row), row["series"])
        for row in answer["positions"]
    ]  # fmt: skip
    columns = ("date", "board", "#", "of", "model", "rating", "interval", "series")
    title = f"{answer['name']} ({answer['kind']}), {answer['category']}"
    return table(title, columns, rows, ("#", "of", "rating"))


def replay(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw what would have been told."""
    drawn = [(row["published_on"], row["series"], row["status"], [row["sentence"], *row["lines"]]) for row in rows]
    return table("What would have been told", ("date", "series", "", "message"), drawn)


def snapshots(rows: Sequence[dict[str, Any]]) -> Table:
    """Draw snapshots and what was decided about them."""
    drawn = [
        (row["id"], row["board"], row["category"], row["series"], row["published_on"], row["status"], row["rows"],
         row["why"] or "; ".join(row["reasons"]))
        for row in rows
    ]  # fmt: skip
    columns = ("id", "board", "category", "series", "published", "status", "rows", "why")
    return table("Snapshots", columns, drawn, ("rows",))


def summary(report: Report) -> Iterable[Text]:
    """Say in lines what a run did."""
    for key, source in report.sources.items():
        what = "articles" if key == NEWS else "snapshots"
        yield plain(
            f"{key}: {source.visited} addresses visited, {source.unchanged} unchanged, {source.failed} failed; "
            f"{source.new} new {what}, {source.held} held; {source.events} events, {source.alerts} alerts"
        )
    for baseline in report.baselines:
        yield plain(f"first seen, so nothing is compared yet: {baseline}")
    if not report.sources:
        yield plain("nothing is due")
    if report.sent or report.queued or report.dead:
        yield plain(f"deliveries: {report.sent} sent, {report.queued} queued, {report.dead} dead")


def show_messages(messages: Sequence[tuple[str, Message]], console: Console) -> None:
    """Show the messages that a dry run would send, each under its target."""
    from topspot.tell.console import show

    for target, message in messages:
        console.print(plain(f"would be sent to {target}:"))
        show(message, console)


def _bars() -> Progress:
    """Make bars on standard error that know their end and name what was done last."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[last]}"),
    )
    return Progress(*columns, console=stderr(), transient=True)


class LoadBar:
    """Show a long load as a progress bar that knows its end, on standard error."""

    def __init__(self) -> None:
        self._progress = _bars()
        self._task: TaskID | None = None

    def begins(self, what: str, total: int) -> None:
        """Draw a bar for what is loaded next."""
        self._progress.start()
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task("/".join(what.split("/")[-2:]), total=total, last="")

    def step(self, done: str) -> None:
        """Move the bar by one step."""
        if self._task is not None:
            self._progress.update(self._task, advance=1, last=done)

    def ends(self) -> None:
        """Take the bar away."""
        self._progress.stop()


def progress() -> "Watching":
    """Give a bar on a terminal, nothing elsewhere."""
    from topspot.backfill import Unseen

    return LoadBar() if sys.stderr.isatty() else Unseen()


class Bar:
    """Show a visit as a progress bar that knows its end, on standard error."""

    def __init__(self) -> None:
        self._progress = _bars()
        self._tasks: dict[str, TaskID] = {}

    def begins(self, source: str, addresses: int) -> None:
        """Draw the bar of a source."""
        self._progress.start()
        self._tasks[source] = self._progress.add_task(source, total=addresses, last="")

    def answered(self, source: str, url: str, outcome: str) -> None:
        """Move the bar of a source by one address."""
        last = f"{'/'.join(url.split('/')[-2:])}: {outcome}"
        self._progress.update(self._tasks[source], advance=1, last=last)

    def ended(self, source: str, report: SourceReport, seconds: float) -> None:
        """Take the bar of a source away."""
        self._tasks.pop(source, None)
        if not self._tasks:
            self._progress.stop()


class Lines:
    """Log a visit as one structured line a source, on standard error."""

    def begins(self, source: str, addresses: int) -> None:
        """Say nothing: the line comes at the end."""

    def answered(self, source: str, url: str, outcome: str) -> None:
        """Say nothing: the line comes at the end."""

    def ended(self, source: str, report: SourceReport, seconds: float) -> None:
        """Write the line of a source."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "event": "source visited",
            "source": source,
            "status": "failed" if report.failed else "held" if report.held else "ok",
            **report.to_json(),
            "seconds": round(seconds, 2),
        }
        print(json.dumps(line), file=sys.stderr)  # noqa: T201 - a log line, for people and their tools


def watcher() -> Bar | Lines:
    """Give a bar on a terminal, lines elsewhere."""
    return Bar() if sys.stderr.isatty() else Lines()
