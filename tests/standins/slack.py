"""A Slack on loopback: it takes messages as Slack does, remembers them, and fails when told to."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

CHANNEL = "C0123456789"
TOKEN = "xoxb-stand-in-0123456789-abcdef"
WEBHOOK_PATH = "/services/T00000000/B00000000/webhook-secret-abcdef"
POSTING = ("chat.postMessage", "webhook")

Ending = Literal["answer", "close", "reset", "break off", "hang"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to one call instead of the usual answer.

    With ``accept`` the message is recorded, or edited, all the same. ``error`` is one of Slack's words, in the form that
    the Web API or a webhook gives it; else ``body`` is sent as it is.
    """

    status: int = 200
    error: str | None = None
    body: bytes = b""
    media_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    accept: bool = False
    ending: Ending = "answer"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in, whatever became of it."""

    method: str
    headers: dict[str, str]
    body: dict[str, Any]


class Slack:
    """``with Slack() as slack: slack.fail_next(status=500)``.

    ``messages`` are the accepted posts: what was sent, with ``via`` (``api`` or ``webhook``) and ``ts``, as it
    stands after the ``edits``; ``calls`` are all requests. ``history`` decides whether the token may read history, ``names`` whether it
    may list channels; ``page`` is how many messages a page of history holds.
    """

    def __init__(self, *, history: bool = True, names: bool = True, page: int = 200) -> None:
        self.history, self.names, self.page = history, names, page
        self.channels = {CHANNEL: "ai-leaders"}
        self.messages: list[dict[str, Any]] = []
        self.edits: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self._faults: list[tuple[tuple[str, ...], Fault]] = []
        self._lock = threading.Lock()
        self._over = threading.Event()

    @property
    def api_url(self) -> str:
        """What ``TOPSPOT_SLACK_BASE_URL`` is set to."""
        return f"{self._root}/api/"

    @property
    def webhook_url(self) -> str:
        """What ``TOPSPOT_SLACK_WEBHOOK_URL`` is set to."""
        return self._root + WEBHOOK_PATH

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a Topspot that talks to this Slack, both ways."""
        return {
            "slack_token": TOKEN,
            "slack_channel": CHANNEL,
            "slack_base_url": self.api_url,
            "slack_webhook_url": self.webhook_url,
        }

    def fail_next(self, *methods: str, times: int = 1, **fault: Any) -> None:
        """Do a ``Fault`` to the next calls of these methods (``webhook`` is one), or to the next posts."""
        with self._lock:
            self._faults += [(methods or POSTING, Fault(**fault))] * times

    def drop_next(self, *, after_accepting: bool, ending: Ending = "close") -> None:
        """Close the connection of the next post without an answer."""
        self.fail_next(accept=after_accepting, ending=ending)

    def hang_next(self, *, after_accepting: bool = True) -> None:
        """Leave the next post without an answer until the stand-in is closed."""
        self.fail_next(accept=after_accepting, ending="hang")

    def called(self, *methods: str) -> list[Call]:
        """The requests of some methods."""
        return [call for call in self.calls if call.method in methods]

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.slack = self
        self._root = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take_fault(self, method: str) -> Fault | None:
        """Give the next fault for a method, once."""
        with self._lock:
            for index, (methods, fault) in enumerate(self._faults):
                if method in methods:
                    del self._faults[index]
                    return fault
        return None

    def wait_for_the_end(self) -> None:
        """Block until the test is over."""
        self._over.wait()

    def accept(self, via: str, body: dict[str, Any]) -> dict[str, Any]:
        """Record a post and give it its ``ts``."""
        with self._lock:
            last = float(self.messages[-1]["ts"]) if self.messages else 0.0
            message = {**body, "via": via, "ts": f"{max(time.time(), last + 0.0001):.6f}"}
            self.messages.append(message)
            return message

    def edit(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change a message, and remember the edit; what is left out of it stays as it was."""
        with self._lock:
            [message] = [each for each in self.messages if each["ts"] == body["ts"]]
            self.edits.append(body)
            message.update({name: body[name] for name in ("text", "blocks", "metadata") if name in body})
            return message

    def answer(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """What the Web API answers to a call that nothing is done to."""
        match method:
            case "auth.test":
                return {"ok": True, "user": "topspot", "team": "Example", "user_id": "U1", "team_id": "T1"}
            case "chat.postMessage":
                return self._post(body)
            case "chat.update":
                return self._update(body)
            case "conversations.history" | "conversations.replies":
                return self._read(body)
            case "conversations.list":
                return self._list()
        return {"ok": False, "error": "unknown_method"}

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("channel", "").removeprefix("#") not in {*self.channels, *self.channels.values()}:
            return {"ok": False, "error": "channel_not_found"}
        word = refusal(body)
        if word:
            return {"ok": False, "error": word}
        message = self.accept("api", body)
        return {"ok": True, "channel": CHANNEL, "ts": message["ts"], "message": message}

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["channel"] not in self.channels:  # editing takes no names
            return {"ok": False, "error": "channel_not_found"}
        if body["ts"] not in {message["ts"] for message in self.messages if message["via"] == "api"}:
            return {"ok": False, "error": "message_not_found"}
        word = refusal(body)
        if word:
            return {"ok": False, "error": word}
        return {"ok": True, "channel": body["channel"], "ts": body["ts"], "message": self.edit(body)}

    def _read(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["channel"] not in self.channels:  # reading takes no names
            return {"ok": False, "error": "channel_not_found"}
        if not self.history:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history", "provided": "chat:write"}
        oldest, thread = float(body.get("oldest", 0)), body.get("ts")
        found = [m for m in self.messages if float(m["ts"]) > oldest and m.get("thread_ts") == thread]
        start = int(body.get("cursor") or 0)
        shown = found[::-1][start : start + self.page]
        if body.get("include_all_metadata") not in {"1", "true"}:
            shown = [{name: value for name, value in m.items() if name != "metadata"} for m in shown]
        end = start + self.page
        return {
            "ok": True,
            "messages": shown,
            "has_more": end < len(found),
            "response_metadata": {"next_cursor": str(end) if end < len(found) else ""},
        }

    def _list(self) -> dict[str, Any]:
        if not self.names:
            return {"ok": False, "error": "missing_scope", "needed": "channels:read"}
        channels = [{"id": key, "name": name} for key, name in self.channels.items()]
        return {"ok": True, "channels": channels, "response_metadata": {"next_cursor": ""}}


def refusal(body: dict[str, Any]) -> str | None:
    """Give Slack's word for a message whose form it does not take, by the limits that it documents."""
    blocks = body.get("blocks") or []
    if not body.get("text") and not blocks:
        return "no_text"
    if len(body.get("text") or "") > 40_000:
        return "msg_too_long"
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
        return "msg_blocks_too_long"
    if len(blocks) > 50 or len([block for block in blocks if block["type"] == "table"]) > 1:
        return "invalid_blocks"
    return None if all(map(_fits, blocks)) else "invalid_blocks"


def _fits(block: dict[str, Any]) -> bool:
    match block["type"]:
        case "header":
            return block["text"]["type"] == "plain_text" and 1 <= len(block["text"]["text"]) <= 150
        case "section":
            return 1 <= len(block["text"]["text"]) <= 3_000
        case "context":
            return 1 <= len(block["elements"]) <= 10 and _all_text(e["text"] for e in block["elements"])
        case "table":
            texts = [cell["text"] for row in block["rows"] for cell in row]
            square = len({len(row) for row in block["rows"]}) == 1 and len(block["rows"][0]) <= 20
            return square and len(block["rows"]) <= 100 and sum(map(len, texts)) <= 10_000 and _all_text(texts)
    return False


def _all_text(texts: Iterable[str]) -> bool:
    return all(texts)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    slack: Slack

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *args: Any) -> None:
        pass

    def _serve(self) -> None:
        slack, path = self.server.slack, urlsplit(self.path).path
        method = "webhook" if path.startswith("/services/") else path.removeprefix("/api/")
        body = self._body()
        slack.calls.append(Call(method, dict(self.headers), body))
        fault = slack.take_fault(method)
        if fault:
            self._fail(method, body, fault)
        elif method == "webhook":
            self._answer_webhook(path, body)
        else:
            self._json(self._unauthorized() or slack.answer(method, body))

    def _body(self) -> dict[str, Any]:
        """The arguments of a call: JSON, a form or the query."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "json" in (self.headers.get("Content-Type") or ""):
            body: dict[str, Any] = json.loads(raw)
            return body
        form = parse_qs(raw.decode() or urlsplit(self.path).query)
        return {name: values[0] for name, values in form.items()}

    def _unauthorized(self) -> dict[str, Any] | None:
        given = self.headers.get("Authorization")
        if given == f"Bearer {TOKEN}":
            return None
        return {"ok": False, "error": "invalid_auth" if given else "not_authed"}

    def _answer_webhook(self, path: str, body: dict[str, Any]) -> None:
        if path != WEBHOOK_PATH:
            self._send(404, b"no_service", "text/html")
        elif refusal(body):
            self._send(400, b"invalid_payload", "text/html")
        else:
            self.server.slack.accept("webhook", body)
            self._send(200, b"ok", "text/html")

    def _fail(self, method: str, body: dict[str, Any], fault: Fault) -> None:
        if fault.accept and method == "chat.update":
            self.server.slack.edit(body)
        elif fault.accept:
            self.server.slack.accept("webhook" if method == "webhook" else "api", body)
        if fault.ending == "hang":
            self.server.slack.wait_for_the_end()
        if fault.ending in {"hang", "close", "reset"}:
            self._drop(reset=fault.ending == "reset")
        elif fault.error is None:
            self._send(fault.status, fault.body, fault.media_type, fault.headers, fault.ending == "break off")
        elif method == "webhook":
            self._send(fault.status, fault.error.encode(), "text/html", fault.headers)
        else:
            self._json({"ok": False, "error": fault.error}, fault.status, fault.headers)

    def _drop(self, *, reset: bool) -> None:
        if reset:  # closing with a linger of zero sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.wfile.close()
            self.connection.close()
        self.close_connection = True

    def _json(self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body).encode(), "application/json; charset=utf-8", headers)

    def _send(
        self,
        status: int,
        body: bytes,
        media_type: str,
        headers: dict[str, str] | None = None,
        break_off: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body) + (100 if break_off else 0)))
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True
