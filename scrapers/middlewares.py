"""What makes a crawl polite: robots.txt, patience, and not asking for bytes that we have."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from scrapers.handler import CutShort, ForbiddenAddress, Passing, Refused, in_words
from topspot.domain.values import Validators

PATIENCE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(days=7)  # a wrong clock or a typing error there must not silence a source here
ROBOTS_BYTES: Final = 500 * 2**10  # as much of a robots.txt as RFC 9309 wants read
LONGEST_VALIDATOR: Final = 512


class NotModified(IgnoreRequest):
    """The bytes are those of the last visit; ``status`` is what the site said it with."""

    def __init__(self, status: int) -> None:
        super().__init__("not modified")
        self.status = status


class RobotsUnavailable(Refused):
    """Nobody knows what the host allows, so nothing of it is visited this time."""

    def __init__(self, why: str, retry_after: datetime | None = None) -> None:
        super().__init__(f"robots.txt could not be had ({why}): not visited this time")
        self.retry_after = retry_after


class Robots(RobotsTxtMiddleware):
    """Scrapy's, but for a robots.txt that is not there (all is allowed) or cannot be had (nothing is)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asked: dict[str, asyncio.Task[RobotParser | None]] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules of the request's host, asked for once a crawl; ``None`` where there are none.

        Raises ``RobotsUnavailable``, or ``ForbiddenAddress`` if the host may not be asked at all.
        """
        url = urlparse_cached(request)
        if url.netloc not in self._asked:
            rules = self._ask(f"{url.scheme}://{url.netloc}/robots.txt")
            self._asked[url.netloc] = asyncio.create_task(rules)
        return await self._asked[url.netloc]

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Pass the request on; raises ``Refused`` where the rules forbid it."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            host = urlparse_cached(request).hostname
            raise Refused(f"robots.txt of {host} forbids this address: not visited") from None

    async def _ask(self, url: str) -> RobotParser | None:
        request = Request(url, callback=NO_CALLBACK, meta={"dont_obey_robotstxt": True})
        try:
            response = await self.crawler.engine.download_async(request)
        except (CutShort, ForbiddenAddress):
            raise
        except Exception as error:
            raise RobotsUnavailable(in_words(error)) from error
        if 200 <= response.status < 300:
            return ProtegoRobotParser.from_crawler(self.crawler, response.body[:ROBOTS_BYTES])
        if 400 <= response.status < 500 and response.status != 429:
            return None
        asked_with = response.request or request
        raise RobotsUnavailable(f"it answered {response.status}", asked_with.meta.get("retry_after"))


class PatientRetry:
    """Asks again after growing pauses, or after the one that the site asks for.

    A pause longer than ``PATIENCE`` is not waited for: the response goes on with the instant in
    ``request.meta["retry_after"]``. Waiting holds up nobody else: the request has left its host's queue.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._first_pause = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._statuses = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware of one crawl."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the response or, once the pause is over, the request to ask again."""
        if response.status not in self._statuses:
            return response
        now = datetime.now(UTC)
        asked = pause_asked(response.headers, now)
        again = None if asked and asked > PATIENCE else self._again(request, str(response.status))
        if again is None:
            if asked is not None:
                request.meta["retry_after"] = now + asked
            return response
        await asyncio.sleep(self._growing(request) if asked is None else asked.total_seconds())
        return again

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return, once the pause is over, the request to ask again; ``None`` leaves the exception."""
        if not isinstance(exception, Passing):
            return None
        again = self._again(request, type(exception).__name__)
        if again is not None:
            await asyncio.sleep(self._growing(request))
        return again

    def _again(self, request: Request, reason: str) -> Request | None:
        spider = self._crawler.spider
        assert spider is not None  # noqa: S101 - for the type: there is one while a crawl runs
        return get_retry_request(request, spider=spider, reason=reason)

    def _growing(self, request: Request) -> float:
        tries: int = request.meta.get("retry_times", 0)
        return self._first_pause * float(2**tries)


def pause_asked(headers: Headers, now: datetime) -> timedelta | None:
    """Return the pause that ``Retry-After`` asks for, at most ``LONGEST_PAUSE``; ``None`` without one."""
    text = (headers.get("Retry-After") or b"").decode("latin-1").strip()
    if re.fullmatch(r"[0-9]+", text):
        return timedelta(seconds=min(float(text), LONGEST_PAUSE.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_PAUSE)


class Conditional:
    """Asks only for what is new, also across a redirect.

    ``request.meta["known"]`` are the validators of the last visit to the address that the source names;
    redirects carry them along. A redirect's ``X-Linked-ETag`` identifies the bytes that it leads to; it is
    kept in ``request.meta["linked_etag"]`` and compared with the linked one of the last visit only, since
    the final address may have another ETag for the same bytes.
    """

    def process_request(self, request: Request) -> None:
        """Put the conditions on a request of the spider's."""
        known: Validators = request.meta.get("known", Validators())
        if known.etag:
            request.headers["If-None-Match"] = known.etag
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response if it says something new; raise ``NotModified`` if not.

        A 304 that no condition asked for has no bytes either: there is nothing new in it.
        """
        if "known" not in request.meta:  # a robots.txt
            return response
        if response.status == 304:
            raise NotModified(304)
        if 300 <= response.status < 400 and (linked := validator(response.headers, "X-Linked-ETag")):
            if linked == request.meta["known"].linked_etag:
                raise NotModified(response.status)
            request.meta["linked_etag"] = linked
        return response


def validator(headers: Headers, name: str) -> str | None:
    """Return a header to send back on the next visit; ``None`` if it could not be sent as it came."""
    value = headers.get(name) or b""
    sendable = value.isascii() and len(value) <= LONGEST_VALIDATOR
    return value.decode("ascii").strip() or None if sendable else None
