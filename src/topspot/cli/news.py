"""The news, and whether it is true."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from topspot.cli.base import Board, CallError, Json, Since, Until, app, ask, day, load, print_json, show

if TYPE_CHECKING:
    from datetime import date

    from topspot.clippings import Checker
    from topspot.domain.stories import Article

VERDICTS = ("supported", "refuted", "mixed", "unverifiable", "not_checkable")


@app.command()
def check(
    what: Annotated[str, typer.Argument(metavar="FILE_OR_URL|-", help="A text or page; - reads JSON lines.")],
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="When it was published; else as it says, else today.")
    ] = None,
    json_: Json = False,
) -> None:
    """Check what a text claims of leaderboards, sentence by sentence, with the standings that decide it.

    With - one JSON object a line is read (id, text, published, and the title if there is one) and one a line is
    written (id, claims).
    """
    from topspot.registry import load_registry

    known, on = load_registry(load().registry_dir), day("--as-of", as_of)

    def answer(session: Any) -> dict[str, Any] | None:
        from topspot.clippings import Checker

        checker = Checker(session, known)
        if what == "-":
            for line in sys.stdin.buffer:
                if line.strip():
                    print_json(_checked_line(checker, line, on))
            return None
        article = _article(what)
        published = on or (article.published.date() if article.published else _today())
        return checker.text(article.content or "", published, article.title)

    found = ask(answer)
    if found is None:
        return
    if json_:
        print_json(found)
    else:
        from topspot import terminal

        show(*terminal.checked(found))


def _checked_line(checker: "Checker", line: bytes, on: "date | None") -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        shown = line[:60].decode("utf-8", "replace").strip()
        raise CallError(f"not a JSON object with a text: {shown!r}", 'write {"id": 1, "text": "…"}')
    said = asked.get("published")
    published = on if said is None else day("published", str(said)[:10])
    title = asked.get("title")
    claims = checker.claims(asked["text"], published, title if isinstance(title, str) else "")
    return {"id": asked.get("id"), "claims": claims}


def _article(what: str) -> "Article":
    """Read a file or an address as an article; a file that is no page of HTML is its text."""
    from datetime import UTC, datetime

    from scrapers.news.article import read_article
    from topspot.domain.stories import Article

    now = datetime.now(UTC)
    if what.startswith(("http://", "https://")):
        read = read_article(_fetched(what), what, now)
        if not read.article.content:
            raise CallError(f"{what}: {'; '.join(read.remarks)}", "save its text as a file and check that")
        return read.article
    body = _file(what)
    if body.lstrip()[:1] == b"<":
        return read_article(body, f"file:{what}", now).article
    from scrapers.news.encodings import decoded
    from scrapers.news.plain import MOST_CONTENT

    text = decoded(body)[0]
    if len(text) > MOST_CONTENT:
        raise CallError(f"{what}: more than {MOST_CONTENT:,} characters of text", "check it in parts")
    return Article(content=text)


def _file(what: str) -> bytes:
    from scrapers.news.encodings import MOST_BYTES

    try:
        with Path(what).open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CallError(f"{what} cannot be read ({error.strerror})", "name a file or an address") from None
    if len(body) > MOST_BYTES:
        raise CallError(f"{what}: more than {MOST_BYTES:,} bytes", "check it in parts")
    return body


def _fetched(url: str) -> bytes:
    """Ask an address once, politely and guarded. Raises ``CallError`` where it cannot be had."""
    import asyncio

    from scrapers.crawl import crawl
    from scrapers.items import Ask
    from topspot.domain.values import Answer

    answers: list[Answer] = []

    async def keep(answer: Answer) -> None:
        answers.append(answer)

    asyncio.run(crawl(load(), [Ask("check", url)], keep=keep))
    [answer] = answers
    if answer.payload is None:
        raise CallError(f"{url}: {answer.error}", "save its text as a file and check that")
    return answer.payload.body


def _today() -> "date":
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


@app.command()
def news(
    since: Since = None,
    until: Until = None,
    about: Annotated[str | None, typer.Option(help="Only what names this model, developer or board.")] = None,
    json_: Json = False,
) -> None:
    """List stories: who tells them, whom they name, and which events of boards they explain."""
    from topspot import clippings, terminal

    first, last = day("--since", since), day("--until", until)
    found = ask(lambda session: clippings.news(session, since=first, until=last, about=about))
    print_json(*found) if json_ else show(terminal.news(found))


@app.command()
def claims(
    since: Since = None,
    until: Until = None,
    verdict: Annotated[str | None, typer.Option(help="Only with this verdict, such as refuted.")] = None,
    board: Board = None,
    json_: Json = False,
) -> None:
    """List what news claimed of leaderboards, and whether they show it."""
    from topspot import clippings, terminal

    if verdict not in (None, *VERDICTS):
        raise CallError(f"--verdict {verdict}: use {', '.join(VERDICTS)}")
    first, last = day("--since", since), day("--until", until)
    found = ask(lambda session: clippings.claims(session, since=first, until=last, verdict=verdict, board=board))
    print_json(*found) if json_ else show(terminal.claims(found))
