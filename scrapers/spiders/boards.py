"""The spider of leaderboards and news: one crawl for all addresses that are due."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers.handler import in_words, shown
from scrapers.items import Ask
from scrapers.middlewares import NotModified, validator
from topspot.domain.values import Answer, Payload, Validators

if TYPE_CHECKING:
    from scrapers.landing import Landed

HINTS = {
    401: "the site wants a key that it was not given",
    403: "the site does not let Topspot in; its terms or its owner may say why",
    404: "nothing is there; correct the address in the source's file",
    410: "nothing is there any more; correct the address in the source's file",
    429: "the site was asked too often; it is asked again later",
}


Keep = Callable[[Answer], Awaitable[Iterable[Ask] | None]]
"""Keeps an answer, and gives the asks that it leads to."""


async def let_go(answer: Answer) -> None:
    """Keep nothing: what ``scrapy crawl boards`` does."""


class BoardsSpider(Spider):
    """Turns each ask into exactly one ``Answer``: fetched, unchanged or failed.

    ``left`` are the asks that have no answer yet, by their number; after a crawl that Scrapy stopped some are.
    Once ``stop`` is set, the download handler begins nothing more.
    """

    name = "boards"

    def __init__(
        self,
        asks: Sequence[Ask] = (),
        keep: Keep = let_go,
        stop: asyncio.Event | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self.keep = keep
        self.stop = stop
        self.left = dict(enumerate(asks))
        self.asked = len(asks)
        self.started_at = datetime.now(UTC)

    async def start(self) -> AsyncIterator[Request | Answer]:
        """Yield a request for each ask or, where its address cannot be asked for, the answer at once."""
        for number, ask in list(self.left.items()):
            request = self._request(number, ask)
            yield request or self._no_address(number)

    def further(self, ask: Ask) -> Request | Answer:
        """Take one more ask, which an answer led to: its request or, where it cannot be asked for, its answer."""
        number = self.asked
        self.asked += 1
        self.left[number] = ask
        return self._request(number, ask) or self._no_address(number)

    def answered(self, response: Response, number: int) -> Iterator[Answer]:
        """Yield the answer to ask ``number`` that a response makes, whatever its status."""
        if response.status != 200:
            yield self.answer(
                number,
                "failed",
                status=response.status,
                error=status_in_words(response),
                retry_after=response.meta.get("retry_after"),
            )
        elif not response.body and "landed" not in response.meta:
            yield self.answer(number, "failed", status=200, error="sent an empty body: nothing to read in it")
        else:
            yield self.answer(
                number,
                "fetched",
                status=200,
                payload=payload(self.left[number].url, response),
                validators=validators(response),
                moved_to=moved_to(response),
                max_age=max_age(response),
            )

    def failed(self, failure: Failure) -> Iterator[Answer]:
        """Yield the answer to an ask that no response came back for, or none with news."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        number = request.cb_kwargs["number"]
        error = failure.value
        if isinstance(error, NotModified):
            yield self.answer(number, "unchanged", status=error.status)
        else:
            said = in_words(error, redirected="redirect_times" in request.meta)
            yield self.answer(number, "failed", error=said, retry_after=getattr(error, "retry_after", None))

    def answer(self, number: int, outcome: str, **rest: Any) -> Answer:
        """Make the one answer to ask ``number``, under the address that the source names.

        Without new validators it carries the known ones, which still belong to the bytes that we have.
        """
        ask = self.left.pop(number)
        known = Answer(ask.source, ask.url, outcome, self.started_at, validators=ask.known)
        return replace(known, **rest)

    def _no_address(self, number: int) -> Answer:
        return self.answer(number, "failed", error="is not an http or https address: correct it")

    def _request(self, number: int, ask: Ask) -> Request | None:
        try:
            web = urlsplit(ask.url).scheme in {"http", "https"}
            return self._get(number, ask) if web else None
        except ValueError:
            return None

    def _get(self, number: int, ask: Ask) -> Request:
        return Request(
            ask.url,
            callback=self.answered,
            errback=self.failed,
            cb_kwargs={"number": number},
            meta={"known": ask.known} | _what_is_special(ask),
            dont_filter=True,  # two sources may name the same address
        )


def moved_to(response: Response) -> str | None:
    """Give the address that redirects led to, if each of them says that it is for good."""
    reasons = response.meta.get("redirect_reasons", ())
    return response.url if reasons and all(reason in (301, 308) for reason in reasons) else None


def max_age(response: Response) -> int | None:
    """Give for how many seconds an answer calls itself fresh (RFC 9111, 5.2.2.1)."""
    said = re.search(rb"\bmax-age=\"?(\d{1,9})", response.headers.get("Cache-Control") or b"", re.IGNORECASE)
    return int(said[1]) if said else None


def payload(url: str, response: Response) -> Payload:
    """Return the bytes of ``response`` under ``url``, the address that the source names."""
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    landed: Landed | None = response.meta.get("landed")
    return Payload(
        url=url,
        body=response.body,
        sha256=landed.sha256 if landed else hashlib.sha256(response.body).hexdigest(),
        media_type=shown(kind.partition(";")[0].strip().lower()),
        fetched_at=datetime.now(UTC),
        file=landed.path if landed else None,
    )


def _what_is_special(ask: Ask) -> dict[str, Any]:
    wanted = {"into": ask.into, "download_maxsize": ask.most_bytes, "download_timeout": ask.seconds}
    key = (urlsplit(ask.url).hostname, *ask.key) if ask.key else None
    return {name: value for name, value in (wanted | {"key": key}).items() if value is not None}


def validators(response: Response) -> Validators:
    """Return what identifies the bytes of ``response`` on the next visit."""
    return Validators(
        etag=validator(response.headers, "ETag"),
        last_modified=validator(response.headers, "Last-Modified"),
        linked_etag=response.meta.get("linked_etag"),
    )


def status_in_words(response: Response) -> str:
    """Say on one line for people what a status other than 200 means."""
    status = response.status
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    return f"{status} {phrase}".rstrip() + f": {_hint(response)}"


def _hint(response: Response) -> str:
    if response.status in HINTS:
        return HINTS[response.status]
    if response.status >= 500:
        return "the site is in trouble; the next run asks again"
    if 300 <= response.status < 400:
        location = (response.headers.get("Location") or b"").decode("latin-1")
        scheme = location.partition(":")[0]
        return f"redirects to a {shown(scheme)} address: refused" if location else "redirects to nowhere"
    return "an answer that is not the page; see whether the address is right"
