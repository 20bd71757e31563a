import json
from dataclasses import fields
from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from builders import OBSERVED, PUBLISHED
from topspot.domain.messages import Message, TableRow, from_json, to_json

texts = st.text(max_size=20)
# of a fixed offset: where a clock is turned, Python calls an instant and itself in another zone unequal
zones = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
messages = st.builds(
    Message,
    lines=st.lists(texts, max_size=3).map(tuple),
    table=st.lists(st.builds(TableRow, texts, texts, texts, texts), max_size=3).map(tuple),
    rules=st.lists(texts, max_size=3).map(tuple),
    observed_at=st.datetimes(timezones=zones, min_value=datetime(1971, 1, 1), max_value=datetime(9000, 1, 1)),  # noqa: DTZ001
)


@given(messages)
def test_a_message_comes_back_from_json_as_it_was(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def test_json_keeps_every_field_under_its_name_and_times_with_their_zone() -> None:
    message = Message(
        alert_id="7f3a", status="TIE AT #1", title="", sentence="", finding="", lines=("a",), more=0,
        table=(TableRow("kimi-k3", "Moonshot AI (CN)", "", "1. 1678.5"),), board="", board_name="", category="",
        published_on=PUBLISHED, observed_at=OBSERVED, credit="", license="", rules=(),
    )  # fmt: skip

    body = to_json(message)

    assert set(body) == {field.name for field in fields(Message)}
    assert (body["published_on"], body["observed_at"]) == ("2026-07-16", "2026-07-17T04:05:56+00:00")
    assert date.fromisoformat(body["published_on"]) == PUBLISHED
