"""The way out to Slack, on slack_sdk's clients: one attempt to send, and how it ended.

Nothing here tries again: that is the sender's, which knows the other deliveries. The clients' own retries are
off, and what came back is judged by two tables, of Slack's error words and of HTTP statuses, the same for the
Web API and for webhooks. Whether a request that failed had been sent at all is read from aiohttp's trace: it
is the difference between "surely not there" and "may have arrived".

Error texts are built from words of ours, never from the text of an exception or an answer: those may hold the
token or the webhook's address.
"""

import json
import logging
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from topspot.domain.messages import Message
from topspot.settings import Settings
from topspot.tell import render
from topspot.tell.ways import Outcome, Result

EVENT_TYPE = "topspot_alert"
TIMEOUT = 10.0  # seconds for one request, from connecting to the last byte of the answer
LONGEST_WAIT = timedelta(days=1)  # a Retry-After beyond it is taken for a mistake
CLOCK_SKEW = timedelta(minutes=5)  # between our clock and Slack's, when history is searched
PAGES = 10  # of history, 200 messages each: beyond them a message counts as not looked for

Ending = Outcome | Literal["refused"]  # refused: Slack does not take the form; plain text may do

_FORM = "Slack does not take the form of this message"
_MEND_TOKEN = "make a new bot token and set TOPSPOT_SLACK_TOKEN"  # noqa: S105 - an advice, no password
_MEND_CHANNEL = "check TOPSPOT_SLACK_CHANNEL, and invite the app to the channel: /invite @topspot"
_MEND_WEBHOOK = "make a new webhook for the channel and set TOPSPOT_SLACK_WEBHOOK_URL"
_MEND_HISTORY = (
    "to look messages up, give the app channels:history (in a private channel groups:history) and set "
    "TOPSPOT_SLACK_CHANNEL to the channel's id"
)
_UNSET = "set TOPSPOT_SLACK_TOKEN and TOPSPOT_SLACK_CHANNEL"
_NOT_EDITED = "the message cannot be edited; a new one says so"
_MEND_ADMIN = "ask an administrator of the workspace to allow it"

# Slack's error words: how the attempt ended, and what a person does. Slack's own documentation of
# chat.postMessage, of chat.update and of incoming webhooks names them.
_WORDS: dict[str, tuple[Ending, str]] = {
    "internal_error": ("retry", ""),
    "fatal_error": ("retry", ""),
    "ratelimited": ("retry", ""),
    "rate_limited": ("retry", ""),
    "message_limit_exceeded": ("retry", ""),
    "rollup_error": ("retry", ""),
    "request_timeout": ("retry", ""),
    "service_unavailable": ("retry", ""),
    "team_added_to_org": ("retry", ""),  # the workspace is being moved, and comes back
    "org_login_required": ("retry", ""),  # the same
    "external_channel_migrating": ("retry", ""),
    "update_failed": ("retry", ""),
    "message_not_found": ("gone", _NOT_EDITED),
    "cant_update_message": ("gone", _NOT_EDITED),  # another app's: the token was changed
    "edit_window_closed": ("gone", _NOT_EDITED),
    "block_mismatch": ("gone", _NOT_EDITED),
    "msg_too_long": ("refused", _FORM),
    "msg_blocks_too_long": ("refused", _FORM),
    "invalid_blocks": ("refused", _FORM),
    "invalid_blocks_format": ("refused", _FORM),
    "invalid_attachments": ("refused", _FORM),  # also said of a second table
    "invalid_payload": ("refused", _FORM),  # what a webhook says of all of these
    "channel_not_found": ("dead", _MEND_CHANNEL),
    "not_in_channel": ("dead", "invite the app to the channel: /invite @topspot"),
    "is_archived": ("dead", "unarchive the channel or set another TOPSPOT_SLACK_CHANNEL"),
    "is_inactive": ("dead", "unarchive the channel or set another TOPSPOT_SLACK_CHANNEL"),
    "channel_is_archived": ("dead", "unarchive the channel or set another TOPSPOT_SLACK_CHANNEL"),
    "restricted_action": ("dead", _MEND_ADMIN),
    "ekm_access_denied": ("dead", _MEND_ADMIN),
    "team_access_not_granted": ("dead", _MEND_ADMIN),
    "accesslimited": ("dead", _MEND_ADMIN),  # of the network that asks, not of the time
    "not_authed": ("dead", _MEND_TOKEN),
    "invalid_auth": ("dead", _MEND_TOKEN),
    "token_expired": ("dead", _MEND_TOKEN),
    "token_revoked": ("dead", _MEND_TOKEN),
    "account_inactive": ("dead", _MEND_TOKEN),
    "not_allowed_token_type": ("dead", _MEND_TOKEN),
    "missing_scope": ("dead", "give the app the scope chat:write and install it again"),
    "no_permission": ("dead", "give the app the scope chat:write and install it again"),
    "invalid_token": ("dead", _MEND_WEBHOOK),
    "action_prohibited": ("dead", _MEND_WEBHOOK),
    "no_service": ("dead", _MEND_WEBHOOK),
    "no_team": ("dead", _MEND_WEBHOOK),
    "no_active_hooks": ("dead", _MEND_WEBHOOK),
}
# A word that is not in the table ends an attempt as dead. Slack said no, and of the words that it documents only
# those above pass by themselves: a try again would find the same and hold up what stands behind it, whereas a dead
# delivery is kept, said and can be sent again. Only where the word itself speaks of a passing trouble is it tried
# again, so that a new name for an outage loses nothing.
_UNKNOWN_WORD: tuple[Ending, str] = (
    "dead",
    "look the word up in Slack's documentation of chat.postMessage and chat.update",
)
_PASSING = re.compile(
    r"(internal|server|fatal)_error|time_?out|unavailable|limit(ed|_exceeded)|try_again|temporar"
)

# HTTP statuses where the answer holds no word of Slack's: the first range that fits. An answer with 200 that is
# not Slack's comes from something between us and Slack (a proxy, a login page, an outage).
_STATUSES: tuple[tuple[range, Outcome, str], ...] = (
    (range(200, 300), "retry", "the answer is not Slack's"),
    (range(408, 409), "retry", "HTTP {status}"),
    (range(429, 430), "retry", "HTTP {status}: too many messages"),
    (range(400, 500), "dead", "HTTP {status}"),
    (range(500, 600), "retry", "HTTP {status}"),
)

# The SDK writes the address of a webhook into its debug log, and asks the logger itself, not its parents.
_quiet = logging.getLogger(f"{__name__}.sdk")
_quiet.setLevel(logging.WARNING)


class Lookup(NamedTuple):
    """Whether a message is in the channel's history.

    ``found`` (under ``ts``, in the channel with the id ``channel``); ``absent``: history was read and has it
    not; ``forbidden``: this token cannot read it (``error`` says why), and asking again is no use; ``retry``: it
    could not be read just now.
    """

    state: Literal["found", "absent", "forbidden", "retry"]
    ts: str | None = None
    error: str | None = None
    retry_after: timedelta | None = None
    channel: str | None = None

    @property
    def readable(self) -> bool:
        """Whether history was read to the end or to the message: only then does no ``ts`` mean no message."""
        return self.state in {"found", "absent"}


class Identity(NamedTuple):
    """What ``auth.test`` says of the token: ``ok``, one line for people and, where not, what to do."""

    ok: bool
    message: str
    hint: str | None = None


@dataclass(slots=True)
class _Answer:
    """What is known of one request: filled while it runs, so that a failure leaves what was known by then."""

    sent: bool = False
    status: int | None = None
    retry_after: timedelta | None = None
    body: dict[str, Any] | None = None
    failure: str | None = None
    setting: str | None = None  # the setting that cannot even be used for a request

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.body is not None and self.body.get("ok") is True

    @property
    def word(self) -> str | None:
        """Slack's word for what is wrong, if the answer has one that looks like one."""
        word = (self.body or {}).get("error")
        return word if isinstance(word, str) and re.fullmatch(r"[a-z_]{2,60}", word) else None

    @property
    def next_cursor(self) -> str | None:
        return ((self.body or {}).get("response_metadata") or {}).get("next_cursor") or None

    def text(self, key: str) -> str | None:
        value = (self.body or {}).get(key)
        return value if isinstance(value, str) else None

    def items(self, key: str) -> list[dict[str, Any]]:
        return (self.body or {}).get(key) or []


async def post(
    settings: Settings,
    message: Message,
    *,
    key: str,
    thread_ts: str | None = None,
    broadcast: bool = False,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - the request's own limit, which tells where it ran out
) -> Result:
    """Post a message to ``settings.slack_channel``, with ``key`` in its metadata for ``find``.

    With ``thread_ts`` it is a reply in that thread, and with ``broadcast`` the channel sees that reply, too. A
    form that Slack does not take is sent once more, as plain text. Raises nothing: every fault is a ``Result``.
    """
    if settings.slack_token is None or settings.slack_channel is None:
        return Result("dead", error=_UNSET)
    api, channel = _Api(settings, settings.slack_token, timeout), settings.slack_channel

    async def attempt(content: dict[str, Any]) -> _Answer:
        return await api.call(
            lambda client: client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                reply_broadcast=True if thread_ts and broadcast else None,
                metadata=_metadata(message, key),
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                parse="none",
                **content,
            )
        )

    return await _send(message, attempt)


async def update(
    settings: Settings,
    message: Message,
    *,
    channel: str,
    ts: str,
    key: str,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - as in post
) -> Result:
    """Edit the message ``ts`` of ``channel`` to say what ``message`` says, with ``key`` in its metadata.

    ``channel`` is an id; a name is looked up where the token may list channels, since editing takes ids only.
    ``gone`` is the outcome where there is nothing to edit any more. To edit twice is the same as once. Raises
    nothing: every fault is a ``Result``.
    """
    if settings.slack_token is None:
        return Result("dead", error=_UNSET)
    api = _Api(settings, settings.slack_token, timeout)
    channel_id = channel if _is_id(channel) else await _channel_id(api, channel)
    if channel_id is None:
        return Result("gone", error=f"the id of the Slack channel is not known; {_NOT_EDITED}")

    async def attempt(content: dict[str, Any]) -> _Answer:
        without_blocks: dict[str, Any] = {"blocks": []}  # left out, the old ones would stay
        return await api.call(
            lambda client: client.chat_update(
                channel=channel_id,
                ts=ts,
                metadata=_metadata(message, key),
                link_names=False,
                parse="none",
                **without_blocks | content,
            )
        )

    return await _send(message, attempt)


def _metadata(message: Message, key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key, "alert_id": message.alert_id}}


async def post_webhook(
    settings: Settings,
    message: Message,
    *,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - as in post
) -> Result:
    """Post a message to the incoming webhook of the settings; it tells no ``remote_ts``. Raises nothing."""
    if settings.slack_webhook_url is None:
        return Result("dead", error="set TOPSPOT_SLACK_WEBHOOK_URL")
    url = settings.slack_webhook_url.get_secret_value().strip()

    async def attempt(content: dict[str, Any]) -> _Answer:
        async def send(session: aiohttp.ClientSession) -> tuple[int, dict[str, Any] | None]:
            client = AsyncWebhookClient(
                url,
                session=session,
                user_agent_prefix=settings.user_agent,
                logger=_quiet,
                retry_handlers=[],
            )
            client.proxy = None
            silent = {"unfurl_links": False, "unfurl_media": False, "parse": "none"}
            response = await client.send_dict(content | silent)
            return response.status_code, _webhook_body(response.status_code, response.body)

        return await _ask(url, "TOPSPOT_SLACK_WEBHOOK_URL", timeout, send)

    return await _send(message, attempt, mend=_MEND_WEBHOOK)


async def _send(
    message: Message, attempt: Callable[[dict[str, Any]], Awaitable[_Answer]], mend: str | None = None
) -> Result:
    """Send with blocks and, if their form is refused, once more as plain text; ``mend`` is what cures all."""
    answer = await attempt({"text": render.notification(message), "blocks": render.blocks(message)})
    ending, error = _judge(answer, mend)
    if ending == "refused":
        answer = await attempt({"text": render.escape(render.plain(message))})
        ending, error = _judge(answer, mend)
    if ending == "sent":
        return Result("sent", remote_ts=answer.text("ts"), remote_channel=answer.text("channel"))
    outcome: Outcome = "dead" if ending == "refused" else ending
    return Result(outcome, error=error, retry_after=answer.retry_after if outcome == "retry" else None)


def _webhook_body(status: int, text: str) -> dict[str, Any] | None:
    """Give a webhook's answer the Web API's form: ``ok`` alone, or with an error status one word of Slack's."""
    text = text.strip()
    if status == 200 and text == "ok":
        return {"ok": True}
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {"ok": False, "error": text} if status >= 400 else None
    return body if isinstance(body, dict) else None


async def find(
    settings: Settings,
    key: str,
    *,
    since: datetime,
    thread_ts: str | None = None,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - as in post
) -> Lookup:
    """Look up the message with this ``key`` among those since ``since``: did a delivery arrive?

    With ``thread_ts`` among the replies of that thread, which are not in the channel's own history. A request
    that timed out may still be on its way, so ask some seconds after it. A channel that the settings name
    (``#ai-leaders``) is found by its name where the token may list channels; its id works always. Raises nothing.
    """
    if settings.slack_token is None or settings.slack_channel is None:
        return Lookup("forbidden", error=_UNSET)
    api, channel = _Api(settings, settings.slack_token, timeout), settings.slack_channel
    lookup = await _search(api, channel, key, since - CLOCK_SKEW, thread_ts)
    if lookup.state == "forbidden" and not _is_id(channel):
        # reading, unlike posting, takes ids only
        channel_id = await _channel_id(api, channel)
        if channel_id:
            lookup = await _search(api, channel_id, key, since - CLOCK_SKEW, thread_ts)
    return lookup


async def _search(api: "_Api", channel: str, key: str, since: datetime, thread_ts: str | None) -> Lookup:
    """Page through a channel, or one thread of it, for the message with this key."""

    def page(client: AsyncWebClient, cursor: str | None) -> Awaitable[Any]:
        asked: dict[str, Any] = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "cursor": cursor}
        asked |= {"limit": 200, "include_all_metadata": True}
        if thread_ts:
            return client.conversations_replies(ts=thread_ts, **asked)
        return client.conversations_history(**asked)

    async for answer in api.pages(page):
        if not answer.ok:
            return _not_read(answer)
        for message in answer.items("messages"):
            if _has_key(message, key):
                return Lookup("found", ts=str(message.get("ts")), channel=channel)
        if not answer.next_cursor:
            return Lookup("absent")
    return Lookup("forbidden", error=f"not found in {PAGES} pages of history, and there are more")


def _is_id(channel: str) -> bool:
    return re.fullmatch(r"[CGD][A-Z0-9]{5,}", channel) is not None


async def _channel_id(api: "_Api", name: str) -> str | None:
    """Find the id of a channel by its name, where the token may list channels (scope ``channels:read``)."""
    async for answer in api.pages(
        lambda client, cursor: client.conversations_list(exclude_archived=True, limit=200, cursor=cursor)
    ):
        for channel in answer.items("channels"):
            if channel.get("name") == name.removeprefix("#"):
                return str(channel.get("id"))
    return None


def _has_key(message: dict[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key


def _not_read(answer: _Answer) -> Lookup:
    """Tell an answer that may come later from one that Slack refuses."""
    ending, error = _judge(answer, _MEND_HISTORY)
    if ending in {"retry", "unknown"}:
        return Lookup("retry", error=error, retry_after=answer.retry_after)
    return Lookup("forbidden", error=error)


async def whoami(settings: Settings, *, timeout: float = TIMEOUT) -> Identity:  # noqa: ASYNC109 - as in post
    """Ask Slack whose token this is: the check that ``doctor`` shows. Sends no message, raises nothing."""
    if settings.slack_token is None:
        return Identity(False, "no Slack token is set", "set TOPSPOT_SLACK_TOKEN, or use a webhook only")
    answer = await _Api(settings, settings.slack_token, timeout).call(lambda client: client.auth_test())
    if answer.ok:
        names = (str((answer.body or {}).get(part, "?")) for part in ("user", "team"))
        user, team = (render.cut(render.clean(name), 60) for name in names)
        return Identity(True, f"signed in to Slack as {user} of {team}")
    _, error = _judge(answer)
    what, _, mend = (error or "no answer").partition("; ")
    return Identity(False, what, mend or "try again later; is Slack up? https://slack-status.com")


@dataclass(frozen=True, slots=True)
class _Api:
    """The Web API under one token."""

    settings: Settings
    token: SecretStr
    timeout: float

    async def call(self, method: Callable[[AsyncWebClient], Awaitable[Any]]) -> _Answer:
        """Call one method once."""

        async def send(session: aiohttp.ClientSession) -> tuple[int, Any]:
            client = AsyncWebClient(
                self.token.get_secret_value(),
                base_url=self.settings.slack_base_url,
                session=session,
                user_agent_prefix=self.settings.user_agent,
                logger=_quiet,
                retry_handlers=[],
            )
            client.proxy = None
            response = await method(client)
            return response.status_code, response.data

        names = "TOPSPOT_SLACK_TOKEN and TOPSPOT_SLACK_BASE_URL"
        return await _ask(self.settings.slack_base_url, names, self.timeout, send)

    async def pages(
        self, method: Callable[[AsyncWebClient, str | None], Awaitable[Any]]
    ) -> AsyncIterator[_Answer]:
        """Call a method page by page, until there is no further one, one fails, or there are too many."""
        cursor: str | None = None
        for _ in range(PAGES):
            answer = await self.call(partial(_with_cursor, method, cursor))
            yield answer
            cursor = answer.next_cursor
            if not answer.ok or not cursor:
                return


def _with_cursor(
    method: Callable[[AsyncWebClient, str | None], Awaitable[Any]], cursor: str | None, client: AsyncWebClient
) -> Awaitable[Any]:
    return method(client, cursor)


async def _ask(
    url: str,
    setting: str,
    timeout: float,  # noqa: ASYNC109 - as in post
    send: Callable[[aiohttp.ClientSession], Awaitable[tuple[int, Any]]],
) -> _Answer:
    """Run one request and give what is known of it; ``setting`` is what to blame if it cannot even be made."""
    answer = _Answer()
    body: Any = None
    try:
        async with _session(url, timeout, answer) as session:
            answer.status, body = await send(session)
    except SlackApiError as error:
        body = getattr(error.response, "data", None)  # broken JSON comes with aiohttp's response, without data
    except TimeoutError:
        answer.failure = f"no answer within {timeout:g} s"
    except (aiohttp.RedirectClientError, aiohttp.TooManyRedirects):
        answer.status = 302  # sent elsewhere, by a gate between us and Slack; nothing was taken
    except (AttributeError, ValueError, RecursionError):
        # With a status, the SDK stumbled over an answer that is no JSON object or not UTF-8. Without one, aiohttp
        # refused an address that is none or a token with a line break.
        answer.setting = setting if answer.status is None else None
    except (aiohttp.ClientError, OSError) as error:
        answer.failure = _reason(error)
    answer.body = body if isinstance(body, dict) else None
    return answer


def _session(url: str, timeout: float, answer: _Answer) -> aiohttp.ClientSession:
    """Open a session that writes into ``answer`` how far its request came."""

    async def on_sent(_session: aiohttp.ClientSession, _context: Any, _params: Any) -> None:
        answer.sent = True

    async def on_answer(
        _session: aiohttp.ClientSession, _context: Any, params: aiohttp.TraceRequestEndParams
    ) -> None:
        answer.status = params.response.status
        answer.retry_after = _retry_after(params.response.headers.get("Retry-After"))

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(on_sent)
    trace.on_request_end.append(on_answer)
    # The SDK takes a proxy from the environment but no NO_PROXY, and would send loopback through it, too. aiohttp
    # knows both, so the clients' own proxy is cleared after they are made.
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout), trust_env=not _is_loopback(url), trace_configs=[trace]
    )


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _retry_after(header: str | None) -> timedelta | None:
    """Read the whole seconds that Slack gives; anything else counts as not given."""
    if header is None or not re.fullmatch(r"\d{1,9}", header.strip()):
        return None
    return min(timedelta(seconds=int(header)), LONGEST_WAIT)


def _reason(error: Exception) -> str:
    """Say in our own words what broke."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name of the server cannot be resolved"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "no safe connection: the server's certificate is not accepted"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        return "no connection to the server"
    return "the connection was closed before the answer was complete"


def _judge(answer: _Answer, mend: str | None = None) -> tuple[Ending, str | None]:
    """Say how an attempt ended, and why in one line: what is wrong; what to do. ``mend`` replaces the latter."""
    if answer.setting:
        return "dead", f"this value cannot be used: check {answer.setting}"
    if answer.ok:
        return "sent", None
    if answer.failure and answer.status in {None, 200}:
        return ("unknown" if answer.sent else "retry"), f"Slack: {answer.failure}"
    ending, error, cure = _by_word(answer.word) if answer.word else _by_status(answer.status)
    if answer.status == 429 or (answer.status or 0) >= 500:
        ending = "retry"
    if ending == "retry":
        return ending, error
    return ending, f"{error}; {cure if ending == 'refused' else mend or cure}"


def _by_word(word: str) -> tuple[Ending, str, str]:
    ending, cure = _WORDS.get(word, _UNKNOWN_WORD)
    if word not in _WORDS and _PASSING.search(word):
        ending = "retry"
    return ending, f"Slack says {word}", cure


def _by_status(status: int | None) -> tuple[Ending, str, str]:
    for statuses, ending, error in _STATUSES:
        if status in statuses:
            return ending, f"Slack: {error.format(status=status)}", "check TOPSPOT_SLACK_BASE_URL and the proxy"
    return "retry", f"Slack: {f'HTTP {status}' if status else 'no answer'}", ""
