"""A stand-in for the web: one real HTTP server on loopback, asked through ``TOPSPOT_MIRROR``.

    with Site() as site:
        site.answer("https://huggingface.co/x", body=b"rows", headers={"ETag": '"1"'})
        site.answer("https://huggingface.co/x", status=503)      # the second time, and from then on
        crawl(Settings(mirror=site.address), ...)
        assert site.asked("https://huggingface.co/x") == 2

Answers of one address are given in turn, the last one for ever; an address without one is a 404, so a host
has no robots.txt unless the test gives it one. For answers that break HTTP there is ``how``: one of the
functions below, or any function that writes to a connection.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple, Self


class Asked(NamedTuple):
    """One request as it came in. Names of headers are in lower case."""

    host: str
    path: str
    headers: dict[str, str]

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}"


@dataclass
class Connection:
    """What ``how`` writes to: a socket, and the end of the stand-in, so that nobody waits for a slow answer."""

    socket: socket.socket
    ended: threading.Event

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)


How = Callable[[Connection], None]


class Site:
    """Every host of the web, on one port. ``requests`` are all that were made, ``connections`` their number."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Asked] = []
        self.connections = 0
        self._tls = tls
        self._scripts: dict[str, list[How]] = {}
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._serve, daemon=True)]

    @property
    def address(self) -> str:
        """The value for ``TOPSPOT_MIRROR``."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def pages(self) -> list[str]:
        """The addresses that were asked for, without those of robots.txt."""
        return [asked.url for asked in self.requests if asked.path != "/robots.txt"]

    def asked(self, url: str) -> int:
        """How often ``url`` was asked for."""
        return sum(asked.url == _https(url) for asked in self.requests)

    def answer(
        self,
        url: str,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        how: How | None = None,
    ) -> None:
        """Add an answer to the script of ``url``."""
        script = self._scripts.setdefault(_https(url), [])
        script.append(how or raw(head(status, {"Content-Length": str(len(body))} | (headers or {})) + body))

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=[client], daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, client: socket.socket) -> None:
        with suppress(OSError), self._secured(client) as connection, connection.makefile("rb") as lines:
            connection.settimeout(5)
            first = lines.readline().decode("latin-1").split()
            if len(first) != 3:
                return
            host, _, path = first[1].removeprefix("/").partition("/")
            headers = dict(_headers(iter(lines.readline, b"")))
            how = self._next(Asked(host, f"/{path}", headers))
            how(Connection(connection, self._ended))

    @contextmanager
    def _secured(self, client: socket.socket) -> Iterator[socket.socket]:
        with client:
            if self._tls is None:
                yield client
            else:
                with self._tls.wrap_socket(client, server_side=True) as connection:
                    yield connection

    def _next(self, asked: Asked) -> How:
        self.requests.append(asked)
        script = self._scripts.get(asked.url) or [raw(head(404, {"Content-Length": "0"}))]
        return script.pop(0) if len(script) > 1 else script[0]


def _headers(lines: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.decode("latin-1").strip().partition(":")
        if not colon:
            return
        yield name.lower(), value.strip()


def _https(url: str) -> str:
    host, _, path = url.partition("://")[2].partition("/")
    return f"https://{host}/{path}"


def head(status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """The status line and the headers; each connection is for one request."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Something"
    lines = [f"HTTP/1.1 {status} {phrase}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def raw(data: bytes) -> How:
    """Send exactly these bytes and close."""
    return lambda connection: connection.send(data)


def short(body: bytes, *, claimed: int) -> How:
    """Claim a length and close before it is reached."""
    return raw(head(200, {"Content-Length": str(claimed)}) + body)


def chunks(*parts: bytes, whole: bool = True) -> How:
    """Send a body in chunks; if not ``whole``, the last one breaks off."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return raw(head(200, {"Transfer-Encoding": "chunked"}) + (body + b"0\r\n\r\n" if whole else body[:-3]))


def hang_up(connection: Connection) -> None:
    """Close without an answer."""


def reset(connection: Connection) -> None:
    """Break the connection, so that the other side sees an error and not an end."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(connection: Connection) -> None:
    """Never answer."""
    connection.ended.wait(30)


def dribble(*, every: float) -> How:
    """Send one byte of a body now and then, for ever."""

    def drip(connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": "1000000"}))
        while not connection.ended.wait(every):
            connection.send(b".")

    return drip


def endless(connection: Connection) -> None:
    """Send a body that has no end."""
    connection.send(head())
    while not connection.ended.is_set():
        connection.send(b"." * 2**16)


def endless_headers(connection: Connection) -> None:
    """Send headers that have no end."""
    connection.send(b"HTTP/1.1 200 OK\r\n")
    while not connection.ended.is_set():
        connection.send(b"X-More: " + b"." * 1000 + b"\r\n")
