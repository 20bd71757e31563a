"""What is recorded of a series, and in which order, as it is read and as it is kept up to date."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import WEBDEV
from support.databases import opened
from support.recording import FABLE_ALONE, GPT_JOINS, KIMI_TAKES, Desk, page
from topspot.store.engine import reading
from topspot.store.ledger import Key, Known, Ledger, Timeline

START = date(2026, 7, 1)


def known(day: int, line: int = 1, *, hour: int = 0, accepted: bool = True) -> Known:
    """Build a publication of a day counted from the first."""
    seen = datetime(2026, 7, 1, hour, tzinfo=UTC)
    return Known(day * 10 + line, on(day), seen, line, f"{day}-{line}", 3, "payload", accepted)


def on(day: int) -> date:
    return START + timedelta(days=day)


def timeline(*publications: Known) -> Timeline:
    made = Timeline()
    for each in publications:
        made.add(each)
    return made


def ids(publications: Sequence[Known]) -> list[int]:
    return [each.id for each in publications]


def test_of_one_date_the_publication_that_was_seen_last_stands() -> None:
    made = timeline(known(1, 3, hour=1), known(1, 1, hour=3), known(1, 2, hour=2))

    assert ids(made.accepted(on(1))) == [13, 12, 11]


def test_of_those_seen_at_one_time_the_last_one_listed_stands() -> None:
    made = timeline(known(1, 3), known(1, 1), known(1, 2), known(2))

    assert ids(made.accepted(on(1))) == [11, 12, 13]
    assert made.before(on(2)) == known(1, 3)


def test_what_is_held_has_a_place_and_is_no_predecessor() -> None:
    made = timeline(known(1), known(2, accepted=False), known(3))

    assert made.dates == [on(1), on(3)]
    assert (made.before(on(3)), made.after(on(1))) == (known(1), on(3))


def test_the_first_and_the_last_date_have_nothing_beyond_them() -> None:
    made = timeline(known(1), known(2))

    assert (made.before(on(1)), made.after(on(2)), made.newest) == (None, None, on(2))
    assert (Timeline().before(on(1)), Timeline().after(on(1)), Timeline().newest) == (None, None, None)


def test_what_becomes_of_a_publication_replaces_it() -> None:
    made = timeline(known(1), known(2), known(2)._replace(accepted=False))

    assert made.dates == [on(1)]
    assert made.accepted(on(2)) == []
    made.add(known(2))
    assert made.dates == [on(1), on(2)]
    assert len(made.on[on(2)]) == 1


publications = st.builds(known, st.integers(1, 5), st.integers(1, 3), accepted=st.booleans())


@given(st.lists(publications, unique_by=lambda each: each.id).flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))))  # fmt: skip
def test_the_order_of_arrival_does_not_matter(both: tuple[list[Known], list[Known]]) -> None:
    one, other = (timeline(*each) for each in both)

    assert (one.on, one.dates) == (other.on, other.dates)
    assert one.dates == sorted({each.published_on for each in both[0] if each.accepted})
    for day in range(7):
        earlier = [each for each in one.dates if each < on(day)]
        later = [each for each in one.dates if each > on(day)]
        before = one.before(on(day))
        assert (before.published_on if before else None) == max(earlier, default=None)
        assert one.after(on(day)) == min(later, default=None)


def test_the_database_is_read_as_it_was_written(database: str) -> None:
    desk = Desk(database)
    desk.visit(page("2026-07-02", FABLE_ALONE), page("2026-07-02", FABLE_ALONE, "webdev-html"))
    desk.visit(page("2026-07-02", GPT_JOINS))
    desk.visit([row._replace(rating=99_999.0) for row in page("2026-07-03", KIMI_TAKES)])
    desk.load(page("2026-07-01", KIMI_TAKES))
    key = Key("lmarena", WEBDEV.key, "overall")

    with opened(database) as engine, reading(engine) as session:
        ledger = Ledger()
        found = ledger.timeline(session, key)
        other = ledger.timeline(session, key._replace(category="webdev-html"))
        nothing = ledger.timeline(session, key._replace(series="lmarena-csv"))
        everything = {each for each, _ in ledger.everything()}

    assert {day.day: [each.accepted for each in there] for day, there in found.on.items()} == {
        1: [True],
        2: [True, True],
        3: [False],
    }
    assert [day.day for day in found.dates] == [1, 2]
    assert [day.day for day in other.dates] == [2]
    assert nothing == Timeline()
    assert key in everything
