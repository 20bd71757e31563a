"""The one download handler: how bytes come in, and what never does.

It speaks HTTP through aiohttp and keeps the limits: public addresses only (judged as they are written, and
again for each socket, after the name was resolved), verified certificates, one time limit on the whole
request, one size limit on what is received and on what it unpacks to. A body that breaks off is a failure.

Whatever goes wrong is raised with a message for people: one line, without the address, since addresses may
be signed.
"""

import asyncio
import contextlib
import errno
import gzip
import ipaddress
import os
import re
import socket
import zlib
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from yarl import URL

from scrapers.landing import Landed, LandedTooLarge, Landing, landing

CONNECT_SECONDS: Final = 15.0
MOST_ENCODINGS: Final = 2
LONGEST_HEADER: Final = 2**16  # the signed addresses of file hosts pass aiohttp's 8,190

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(IgnoreRequest):
    """Not asked or not taken, and not asked again in this run. The message says why, for people."""


# What may be over in a moment. The messages are for people here too.
Passing = (
    CannotResolveHostError
    | DownloadConnectionRefusedError
    | DownloadFailedError
    | DownloadTimeoutError
    | ResponseDataLossError
)


class ForbiddenAddress(Refused):
    """An address that is not public. The message names it in words that follow "leads to"."""


class CutShort(Refused):
    """The crawl is being stopped: what is under way ends, nothing else begins."""

    def __init__(self) -> None:
        super().__init__("the visit was cut short: ask again")


class TooLarge(Refused):
    """More bytes than the limit, received or unpacked."""


class _NotPublic(OSError):
    """What the connector hears instead of getting a socket; ``address`` is the one it wanted."""

    def __init__(self, address: str) -> None:
        # The same words for every address: of several equal errors the connector passes on the first.
        super().__init__(errno.EACCES, "not a public address")
        self.address = address


_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


def is_public(ip: IPAddress) -> bool:
    """Whether ``ip`` is somebody's on the internet: not private, local, multicast, reserved or a tunnel."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        if ip in _NAT64:  # how an IPv6-only network reaches an IPv4 address, which is the one that counts
            return is_public(ipaddress.IPv4Address(ip.packed[-4:]))
        if ip not in _GLOBAL_UNICAST or any(ip in network for network in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast


def judge(url: URL) -> None:
    """Pass an address of the web as it is written, without asking DNS.

    Raises ``ForbiddenAddress`` for a literal that is not public, in any spelling that some resolver takes for
    one, for this machine's own name, and for what is no host name; ``Refused`` for another scheme.
    """
    if url.scheme not in {"http", "https"}:
        raise Refused(f"is a {url.scheme or 'relative'} address: only http and https are visited")
    host = url.raw_host or ""
    try:
        ip = _literal(host)
    except ValueError:
        raise ForbiddenAddress(f"a host that is none ({shown(host)})") from None
    if ip is not None and not is_public(ip):
        raise ForbiddenAddress(f"a private address ({shown(host)})")
    if ip is None and f".{host.rstrip('.').lower()}".endswith(".localhost"):
        raise ForbiddenAddress(f"this machine ({shown(host)})")


def _literal(host: str) -> IPAddress | None:
    """Return the IP address that ``host`` spells, ``None`` for a name; raise ``ValueError`` for neither."""
    if ":" in host:
        return ipaddress.IPv6Address(host.partition("%")[0])
    if not _NAME.fullmatch(host):
        raise ValueError(host)
    bare = host.rstrip(".")
    if not _NUMBER.fullmatch(bare.rpartition(".")[2]):  # no top-level domain is a number
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))  # knows 127.1, 2130706433, 0x7f.1 and 0177.1
    except OSError:
        raise ValueError(host) from None


class PublicSockets:
    """Gives the connector a socket for a public address; it asks for each one it is about to connect to.

    ``allowed`` are the exact addresses and ports of the mirror.
    """

    def __init__(self) -> None:
        self.allowed: set[tuple[object, ...]] = set()

    def __call__(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Return a socket for ``info``; raise an ``OSError`` if it leads to an address that is not public."""
        family, kind, protocol, _, address = info
        host = str(address[0])
        if address[:2] not in self.allowed and not is_public(ipaddress.ip_address(host.partition("%")[0])):
            raise _NotPublic(host)
        return socket.socket(family, kind, protocol)


class DownloadHandler(BaseDownloadHandler):
    """Asks for one address at a time, through the mirror if the operator names one.

    The response keeps the public address, so that robots.txt, redirects and delays go by that.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._mirror: str | None = crawler.settings.get("TOPSPOT_MIRROR")
        # One request at a time to a host, as CONCURRENT_REQUESTS_PER_DOMAIN says: without a reactor, Scrapy 2.19
        # starts all that are queued at once where there is no delay (16 measured).
        self._turns: defaultdict[str | None, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._sockets = PublicSockets()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, socket_factory=self._sockets, resolver=self.resolver()),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            middlewares=(_asked_once,),
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    def resolver(self) -> AbstractResolver | None:
        """Return what resolves names; ``None`` is the machine's own way."""
        return None

    async def download_request(self, request: Request) -> Response:
        """Return the response to ``request``, unpacked.

        Raises ``Refused`` for what is not asked again and one of ``Passing`` for what may be.
        """
        wanted = _parsed(request.url)
        judge(wanted)
        seconds = request.meta.get("download_timeout", self._seconds)
        async with self._turns[wanted.raw_host]:
            self._check_stop()
            with _troubles_in_words(seconds, self._seconds):
                status, headers, body = await self._ask(request, await self._behind_mirror(wanted), seconds)
        if status == 200 and "landed" not in request.meta:
            body = await asyncio.to_thread(unpack, body, headers.getlist("Content-Encoding"), self._largest)
            headers.pop("Content-Encoding", None)
        return Response(url=request.url, status=status, headers=headers, body=body)

    async def close(self) -> None:
        """End what is under way, as failures."""
        await self._session.close()

    def _check_stop(self) -> None:
        stop: asyncio.Event | None = getattr(self.crawler.spider, "stop", None)
        if stop and stop.is_set():
            raise CutShort

    async def _behind_mirror(self, wanted: URL) -> URL:
        """Where ``wanted`` is really asked for."""
        if self._mirror is None:
            return wanted
        mirror = URL(self._mirror)
        if not self._sockets.allowed:
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(CONNECT_SECONDS):
                found = await loop.getaddrinfo(mirror.host, mirror.port, type=socket.SOCK_STREAM)
            self._sockets.allowed = {info[4][:2] for info in found}
        path = f"{wanted.host_port_subcomponent}{wanted.raw_path_qs}"
        return URL(f"{self._mirror.rstrip('/')}/{path}", encoded=True)  # a signed address is not rewritten

    async def _ask(self, request: Request, url: URL, seconds: float) -> tuple[int, Headers, bytes]:
        async with self._session.request(
            request.method,
            url,
            data=request.body or None,
            headers=request.headers.to_tuple_list() + _key_of(request),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=seconds,
                sock_connect=CONNECT_SECONDS,
                sock_read=self._seconds if seconds > self._seconds else None,  # more time is for bytes that come
            ),
        ) as response:
            headers = Headers(response.raw_headers)
            if response.status == 200 and "into" in request.meta:
                request.meta["landed"] = await self._land(response, headers, request)
                return response.status, headers, b""
            return response.status, headers, await self._receive(response)

    async def _land(self, response: aiohttp.ClientResponse, headers: Headers, request: Request) -> Landed:
        """Write a body into a file as it comes."""
        largest = request.meta.get("download_maxsize", self._largest)
        encodings = _encodings(headers.getlist("Content-Encoding"))
        if len(encodings) > 1:
            raise Refused("is packed in too many layers: refused")
        folder: Path = request.meta["into"]
        try:
            if (response.content_length or 0) > largest:
                raise LandedTooLarge
            with _disk_in_words(folder), landing(folder, gzip=bool(encodings), largest=largest) as file:
                landed = await self._pour(response, file, packed=bool(encodings))
        except LandedTooLarge:
            response.close()  # or the rest would still be received
            raise _too_large(largest, named="download_maxsize" not in request.meta) from None
        if not landed.path.stat().st_size:
            landed.path.unlink()
            raise Refused("sent an empty body: nothing to read in it")
        return landed

    async def _pour(self, response: aiohttp.ClientResponse, file: Landing, *, packed: bool) -> Landed:
        async for chunk in response.content.iter_any():
            self._check_stop()  # nobody who stops a crawl waits for the rest of a large body
            if packed:  # one chunk may unpack to a thousand times its size
                await asyncio.to_thread(file.take, chunk)
            else:
                file.take(chunk)
        return file.end()

    async def _receive(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        expected = response.content_length or 0
        if expected <= self._largest:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > self._largest:
                    break
        if max(expected, len(body)) > self._largest:
            response.close()  # or the rest would still be received
            raise _too_large(self._largest)
        return bytes(body)


def unpack(body: bytes, encodings: list[bytes], largest: int) -> bytes:
    """Return ``body`` without its ``Content-Encoding``, at most ``largest`` bytes.

    Raises ``TooLarge``, ``Refused`` for an encoding that was not asked for, and ``ResponseDataLossError``
    for a stream that is damaged or breaks off.
    """
    for _ in _encodings(encodings):
        try:
            with gzip.GzipFile(fileobj=BytesIO(body)) as stream:
                body = stream.read(largest + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ResponseDataLossError("sent a gzip stream that is damaged or breaks off") from error
        if len(body) > largest:
            raise _too_large(largest)
    return body


def _encodings(lines: list[bytes]) -> list[bytes]:
    """Return the layers of gzip that a body is packed in; raise ``Refused`` for anything else."""
    names = [name.strip().lower() for line in lines for name in line.split(b",")]
    names = [name for name in names if name not in {b"", b"identity"}]
    if len(names) > MOST_ENCODINGS:
        raise Refused("is packed in too many layers: refused")
    for name in names:
        if name not in {b"gzip", b"x-gzip"}:
            raise Refused(f"sent an encoding that was not asked for ({shown(name.decode('latin-1'))})")
    return names


def in_words(error: BaseException | None, *, redirected: bool = False) -> str:
    """Say on one line for people what went wrong, for anything that a request can fail with."""
    if isinstance(error, ForbiddenAddress):
        return f"{'redirects' if redirected else 'leads'} to {error}: refused"
    if isinstance(error, Refused | Passing):
        return str(error)
    if isinstance(error, IgnoreRequest):  # the one that is left: Scrapy's redirects gave up
        return "redirects in a circle or too often: refused"
    if isinstance(error, ValueError):
        return "redirects to an address that cannot be read: refused"
    return f"could not be visited, by a fault of Topspot ({type(error).__name__}): please report it"


def shown(text: str) -> str:
    """Return ``text`` from outside, short and printable."""
    return re.sub(r"[^ -~]", "?", text[:60])


def _parsed(url: str) -> URL:
    try:
        return URL(url, encoded=True)
    except ValueError:
        raise Refused("is an address that cannot be read: refused") from None


def _key_of(request: Request) -> list[tuple[str, str]]:
    """Give the header with the operator's key, but to no other host than the one it is for, and only by https."""
    if "key" not in request.meta:
        return []
    host, header, key = request.meta["key"]
    url = _parsed(request.url)
    return [(header, key.get_secret_value())] if (url.scheme, url.host) == ("https", host) else []


def _too_large(largest: int, *, named: bool = True) -> TooLarge:
    see = "; see TOPSPOT_DOWNLOAD_MAX_BYTES" if named else ""
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if largest % size == 0:
            return TooLarge(f"larger than {largest // size} {unit}: stopped{see}")
    return TooLarge(f"larger than {largest} bytes: stopped{see}")


async def _asked_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from asking again at once where a connection breaks: pauses are for the crawl to make."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _disconnected() from error


def _disconnected() -> DownloadFailedError:
    return DownloadFailedError("closed the connection without an answer")


@contextlib.contextmanager
def _troubles_in_words(seconds: float, silence: float) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DownloadTimeoutError(_too_slow(error, seconds, silence)) from error
    except socket.gaierror as error:
        raise CannotResolveHostError("the mirror's host was not found: see TOPSPOT_MIRROR") from error
    except aiohttp.ClientConnectorError as error:
        raise _not_connected(error) from error
    except aiohttp.ClientPayloadError as error:
        raise ResponseDataLossError("sent a body that breaks off") from error
    except aiohttp.ClientResponseError as error:
        raise DownloadFailedError("sent headers that are too large, or what is not HTTP") from error
    except aiohttp.InvalidURL as error:
        raise Refused("is an address that cannot be read: refused") from error
    except aiohttp.ClientError as error:
        raise _disconnected() from error


def _too_slow(error: TimeoutError, seconds: float, silence: float) -> str:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return f"could not connect within {CONNECT_SECONDS:g} s"
        case aiohttp.SocketTimeoutError():
            return f"sent nothing for {silence:g} s"
    return f"took longer than {seconds:g} s"


@contextlib.contextmanager
def _disk_in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, TimeoutError | aiohttp.ClientError):  # the network's
            raise
        said = f"could not be written to {folder} ({error.strerror or error}): make room there, or name another"
        raise Refused(said) from error


def _not_connected(error: aiohttp.ClientConnectorError) -> Exception:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "") or "not the host's"
            return Refused(f"its certificate is not valid ({shown(reason)}): refused")
        case aiohttp.ClientSSLError():
            return DownloadFailedError("could not agree on a secure connection")
        case aiohttp.ClientConnectorDNSError():
            return CannotResolveHostError("host not found: see whether the address or the network is wrong")
    if isinstance(error.os_error, _NotPublic):
        return ForbiddenAddress(f"a private address ({error.os_error.address})")
    reason = os.strerror(error.os_error.errno) if error.os_error.errno else "the connection was closed"
    return DownloadConnectionRefusedError(f"could not connect ({reason})")
