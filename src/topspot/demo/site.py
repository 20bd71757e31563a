"""A stand-in for huggingface.co and its CDN, on this machine, with seven small publications of LMArena.

It plays a mirror: a request for ``https://host/path`` arrives as ``GET /host/path``. It answers as the real
sites do: the address of a dataset redirects to one that is signed anew each time, and only the redirect's
``X-Linked-ETag`` stays the same.
"""

import csv
import hashlib
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

EDITIONS: tuple[tuple[str, date], ...] = (
    ("webdev", date(2026, 6, 21)),
    ("text", date(2026, 6, 25)),
    ("webdev", date(2026, 7, 12)),
    ("webdev", date(2026, 7, 16)),
    ("text", date(2026, 7, 16)),
    ("webdev", date(2026, 7, 27)),
    ("webdev", date(2026, 8, 19)),
)
"""The publications there are, subset and date, in the order in which the demo visits them."""

HUB = "huggingface.co"

CDN = "cas-bridge.xethub.hf.co"

DATASET = f"/{HUB}/datasets/lmarena-ai/leaderboard-dataset/resolve/main"

STORE = f"/{CDN}/xet-bridge-us"

ROBOTS = (f"/{HUB}/robots.txt", f"/{CDN}/robots.txt")

TEXTS = frozenset({"model_name", "organization", "license", "category", "leaderboard_publish_date"})

COUNTS = frozenset({"rank", "vote_count"})

FLOAT_COUNTS = frozenset({"text"})
"""Subsets in which the publisher writes counts as floats."""


class Reply(NamedTuple):
    """What the site says to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Edition(NamedTuple):
    """One publication as the site serves it."""

    body: bytes
    published_on: date

    @property
    def linked_etag(self) -> str:
        """What the hub's redirect names the bytes by."""
        return f'"{hashlib.sha256(self.body).hexdigest()}"'

    @property
    def stored_as(self) -> str:
        """The name of the bytes on the CDN, which is another than the hub's."""
        return hashlib.sha256(b"stored " + self.body).hexdigest()

    @property
    def etag(self) -> str:
        """What the CDN names the bytes by."""
        return f'"{self.stored_as[:32]}"'

    @property
    def last_modified(self) -> str:
        """When the CDN got the bytes: the dataset is written at about three in the morning."""
        return format_datetime(datetime.combine(self.published_on, time(3), UTC), usegmt=True)


class Site:
    """The stand-in, served on the loopback address while its context is open.

    ``publish`` says what is served; before, nothing is. It writes no log.
    """

    def __init__(self) -> None:
        # both by the path that is asked for; what was stored once stays, as on the real CDN
        self._linked: dict[str, Edition] = {}
        self._stored: dict[str, Edition] = {}
        self._server = _Server(("127.0.0.1", 0), _handler(self.answer))
        # a short poll: closing waits for it
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address that a mirror setting takes, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, subset: str, published_on: date) -> None:
        """Serve one of ``EDITIONS`` from now on, in place of what was served for its subset.

        Raises ``ValueError`` for a publication that there is not.
        """
        if (subset, published_on) not in EDITIONS:
            raise ValueError(f"the demo has no {subset!r} of {published_on}; it has {_listed(EDITIONS)}")
        edition = Edition(parquet_of(subset, published_on), published_on)
        self._stored[f"{STORE}/{edition.stored_as}"] = edition
        self._linked[f"{DATASET}/{subset}/latest-00000-of-00001.parquet"] = edition

    def answer(self, target: str, known_etag: str | None = None) -> Reply:
        """Reply a request for ``/host/path?query``; ``known_etag`` is the caller's ``If-None-Match``."""
        path = urlsplit(target).path
        if path in ROBOTS:
            return Reply(200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n")
        if path in self._linked:
            return _redirect(self._linked[path])
        if path in self._stored:
            return _bytes(self._stored[path], known_etag)
        return Reply(404, {"Content-Type": "text/plain"}, b"Entry not found")


def parquet_of(subset: str, published_on: date) -> bytes:
    """Give a publication as Parquet with the real files' types of columns, equal bytes each time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = _rows(subset, published_on)
    columns = {name: _column([row[name] for row in rows], _kind(subset, name)) for name in rows[0]}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def _kind(subset: str, name: str) -> str:
    if name in TEXTS:
        return "text"
    return "whole" if name in COUNTS and subset not in FLOAT_COUNTS else "number"


def _column(values: list[str], kind: str) -> Any:
    import pyarrow as pa

    if kind == "text":
        return pa.array(values, pa.string())
    if kind == "whole":
        return pa.array([int(value) for value in values], pa.int64())
    return pa.array([float(value) for value in values], pa.float64())


def _rows(subset: str, published_on: date) -> list[dict[str, str]]:
    path = Path(__file__).with_name(f"{subset}-{published_on}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _redirect(edition: Edition) -> Reply:
    signed = f"https:/{STORE}/{edition.stored_as}?X-Amz-Signature={secrets.token_hex(32)}"
    return Reply(302, {"Location": signed, "X-Linked-ETag": edition.linked_etag})


def _bytes(edition: Edition, known_etag: str | None) -> Reply:
    validators = {"ETag": edition.etag, "Last-Modified": edition.last_modified}
    if known_etag == edition.etag:
        return Reply(304, validators)
    return Reply(200, validators | {"Content-Type": "application/octet-stream"}, edition.body)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Keep silent where a caller hangs up early; any other error is printed as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as the library passes it


def _handler(answer: Callable[[str, str | None], Reply]) -> type[BaseHTTPRequestHandler]:
    """Make the class that the server wants of the function that answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path, self.headers["If-None-Match"])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:  # an answer without a body, whose length would be that of the one it stands for
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's word
            """Say nothing: standard error is the demo's own."""

    return Handler


def _listed(editions: tuple[tuple[str, date], ...]) -> str:
    return ", ".join(f"{subset} of {published_on}" for subset, published_on in editions)
