"""Judging: whether the boards show what a claim says, by snapshots that are given.

A claim about LMArena is asked of both rulers, the headline board first. A board decides by the snapshots around
the day on which the claim was published; it shows what is claimed if one of them does. True on one ruler only, of
some variants only, or only by a way of counting that the board did not use, is ``mixed``. What no row tells is
``unverifiable``: a verdict never comes without the rows that decide it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from topspot.domain.claims import Claim, Evidence, Verdict
from topspot.domain.meant import (
    Group,
    Names,
    day_in,
    efforts_in,
    group_of,
    group_of_country,
    rows_of_text,
    words,
)
from topspot.domain.shots import ARENA, Shot, View, is_country, number, ordinal, with_points
from topspot.domain.values import OVERALL, Standing

SUPPORTED, REFUTED, MIXED, UNVERIFIABLE, NOT_CHECKABLE = (
    "supported", "refuted", "mixed", "unverifiable", "not_checkable",
)  # fmt: skip

TWO_RULERS = ("lmarena/text", "lmarena/vision", "lmarena/search", "lmarena/document")
"""LMArena's boards that there are with and without style control; the first one is the site's default."""

_WITH_STYLE = "-style-control"

_BEFORE, _AFTER, _LAST = timedelta(days=2), timedelta(days=5), timedelta(days=7)
"""How far from a claim LMArena's snapshots may be, and how far before it the last one where there is none."""

_IN_FORCE, _SOON = timedelta(days=180), timedelta(days=10)
"""How old the state of a slower board may be, and how soon after a claim its rows may come."""

_FRESH = timedelta(days=14)
"""How old the state of a slower board may be to refute what is said of one who does not stand on it."""

_FIXED = ("aider/", "livebench", "swebench/", "superclue")
"""Boards where a row's score never changes, so that a later snapshot shows it as well."""

_BY_AGENT = "swebench/"
"""Boards where a score is that of a model with an agent: makers tell theirs, which does not stand there."""

_SAME_DAY, _OTHER_DAY = 1.0, 3.0
"""By how many points a rating on LMArena may differ from what is claimed."""

Outcome = str

ORDER = (SUPPORTED, MIXED, REFUTED, UNVERIFIABLE)
"""The outcomes of several snapshots of one board: the first of these that one has is the board's."""


class Finding(NamedTuple):
    """What one snapshot says of a claim: the outcome, the rows that decide, and a sentence without its date.

    ``miss`` is by how many efforts in its name, and by how many points, a row is another than the claimed one;
    ``before`` are rows of earlier snapshots.
    """

    outcome: Outcome
    view: View
    rows: Sequence[Standing]
    text: str
    miss: tuple[int, float] = (0, 0.0)
    before: tuple[Evidence, ...] = ()


Rule = Callable[[View, Claim, date, Sequence[View]], Finding | None]
"""Judges a claim by one snapshot; the last argument are all that are given of its board, oldest first."""


def asked(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Give the boards and categories that a claim is asked of, the headline board first; maybe none."""
    if claim.board is None or claim.board == ARENA.rstrip("/"):
        return ()
    category = claim.category or OVERALL
    if claim.board not in TWO_RULERS:
        return ((claim.board, category),)
    styled, plain = claim.board + _WITH_STYLE, claim.board
    if category in ("style_control", "no_style_control"):
        return ((styled if category == "style_control" else plain, OVERALL),)
    return (styled, category), (plain, category)


def is_category(board: str, printed: str, claimed: str) -> bool:
    """Whether a category of a board, as printed, is the one that a claim names: ``react`` is ``webdev-react``."""
    of_board = words(board)
    one = [word for word in words(printed) if word not in of_board]
    other = [word for word in words(claimed) if word not in of_board]
    return printed == claimed or (len(one) == len(other) > 0 and all(map(_begins, one, other)))


def _begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= 4 and long.startswith(short))


def reach(claim: Claim, published: date) -> tuple[date | None, date | None]:
    """Give the first and last published date of snapshots that may decide a claim, ``None`` for no limit."""
    of_arena = (claim.board or "").startswith(ARENA)
    last = None if _is_fixed_score(claim) else published + (_AFTER if of_arena else _SOON)
    if claim.relation == "record" or claim.modality == "historical":
        return None, last
    return published - (_LAST if of_arena else _IN_FORCE), last


def judge(claim: Claim, shots: Iterable[Shot], published: date | None, names: Names | None = None) -> Verdict:
    """Judge a claim that was published on a day by snapshots.

    ``shots`` are what is known of the boards of ``asked`` within ``reach``; others are left out. ``published`` is
    the day of which the claim speaks, where it says so. ``names`` say who is who; without them a row is a model.
    """
    boards = asked(claim)
    if claim.modality == "predicted":
        return Verdict(NOT_CHECKABLE, "It says what may come or would be, which no board can show.")
    if missing := _missing(claim, published, boards):
        return Verdict(UNVERIFIABLE, missing)
    assert published is not None  # noqa: S101 - said by _missing
    views = [View(shot, names or Names()) for shot in _within(claim, shots, published)]
    found = [[view for view in views if _is_of(view.shot, *each)] for each in boards]
    back = _far_back(found, published)
    findings = [finding for some in found if some and (finding := _of_board(claim, some, published, back))]
    return _verdict(claim, findings, published, any(found))


def _missing(claim: Claim, published: date | None, boards: Sequence[object]) -> str | None:
    if claim.board == ARENA.rstrip("/"):
        return "It speaks of several boards of LMArena at once and does not say which."
    if not boards:
        return "It names no board that could be asked."
    if published is None:
        return "It has no date, so there is no telling which state of the board it speaks of."
    if not claim.subject_key or claim.subject_key == "unknown":
        return f"Who is meant by {claim.subject!r} is not known."
    return None


def _within(claim: Claim, shots: Iterable[Shot], published: date) -> list[Shot]:
    since, until = reach(claim, published)
    first, last = since or date.min, until or date.max
    within = [shot for shot in shots if shot.standings and first <= shot.published_on <= last]
    return sorted(within, key=lambda shot: shot.published_on)


def _is_of(shot: Shot, board: str, category: str) -> bool:
    return shot.board == board and is_category(board, shot.category, category)


def _is_fixed_score(claim: Claim) -> bool:
    return claim.relation in ("score", "margin") and (claim.board or "").startswith(_FIXED)


def _of_board(claim: Claim, views: Sequence[View], published: date, back: timedelta) -> Finding | None:
    """Ask the snapshots of one board, the nearest first: the first that shows it decides, else the first."""
    rule = _RULES[claim.relation]
    turn = _in_turn(claim, views, published, back)
    findings = [_settled(each, claim, published) for view in turn if (each := rule(view, claim, published, views))]
    if claim.modality == "historical":  # what is kept of the past has gaps
        findings = [each for each in findings if each.outcome in (SUPPORTED, MIXED)] or [
            each._replace(outcome=UNVERIFIABLE) for each in findings[:1]
        ]
    if (
        claim.relation == "first"
        and turn
        and not findings
        and not turn[0].of_arena
        and _is_fresh(turn[0], published)
    ):
        return _absent(turn[0], claim)
    return min(findings, key=lambda each: (ORDER.index(each.outcome), each.miss), default=None)


def _far_back(boards: Iterable[Sequence[View]], published: date) -> timedelta:
    """Say how far before a claim snapshots of LMArena count: further where no ruler has one close before it."""
    gaps = [published - view.shot.published_on for views in boards for view in views]
    return _BEFORE if any(timedelta(0) <= gap <= _BEFORE for gap in gaps) else _LAST


def _in_turn(claim: Claim, views: Sequence[View], published: date, back: timedelta) -> list[View]:
    """Give the snapshots of a board that may decide, the nearest to the claim first.

    Before the claim it is what was in force, on LMArena all of the last days; after it what came soon.
    """
    dated = sorted(views, key=lambda view: abs(view.shot.published_on - published))
    before = [view for view in dated if view.shot.published_on <= published]
    if claim.modality == "historical":
        return before
    newest = before[0].shot.published_on if before else published
    since = min(newest, published - _BEFORE) if dated and dated[0].of_arena else newest
    return [view for view in dated if view.shot.published_on >= max(since, published - _far(view, back))]


def _far(view: View, back: timedelta) -> timedelta:
    return back if view.of_arena else _IN_FORCE


def _settled(finding: Finding, claim: Claim, published: date) -> Finding:
    """Leave open what only rows speak against that may have come after the claim."""
    view, own = finding.view, finding.view.subject(claim)
    if not view.shot.grows or finding.outcome == SUPPORTED or claim.relation not in _ABOUT_PLACE or not own:
        return finding
    ahead = [row for row in view.ahead_of(own[0], _rivals(view, claim)) if view.was_there(row, published)]
    if len(ahead) >= (claim.rank or claim.of_top or 1):
        named = " and ".join(f"{row.name}{with_points(row)}" for row in ahead[:2])
        text = f"{view.stood(own[0])}; ahead of it stood {named} already"
        return finding._replace(rows=[own[0], *ahead[:3]], text=text)
    why = f"{finding.text}; rows that came later stand in it as well"
    return finding._replace(outcome=UNVERIFIABLE, text=why)


_ABOUT_PLACE = ("first", "tied_first", "rank", "best_of_group")


def _rivals(view: View, claim: Claim) -> Sequence[Standing]:
    group = group_of(claim.object)
    return view.of_group(group) if group else view.rows


def _is_fresh(view: View, published: date) -> bool:
    """Whether a board that is seldom published would show by then who is first: what is new comes with time."""
    return view.shot.published_on >= published - _FRESH


def _absent(view: View, claim: Claim) -> Finding:
    """Say that who is claimed to be first does not stand on a board at all."""
    return Finding(
        REFUTED, view, view.first[:1], f"{claim.subject} did not stand on {view.board} at all; {view.led()}"
    )


# -- the rules, one for each relation


def _first(view: View, claim: Claim, _published: date, _all: Sequence[View]) -> Finding | None:
    own = view.subject(claim)
    if not own:
        return None
    hits = [row for row in own if row in view.first]
    if not hits:
        return Finding(REFUTED, view, [own[0], *view.first[:1]], _not_first(view, own[0]))
    alone = all(row in own for row in view.first)
    most = any(row.rating == view.best_rating for row in hits)
    text = view.stood(hits[0]) if alone else f"{view.stood(hits[0])}; {view.led()}"
    return Finding(SUPPORTED if alone or most else MIXED, view, [*hits, *view.first[:3]], text)


def _not_first(view: View, row: Standing) -> str:
    if row in view.first:
        return view.stood(row)
    return "; ".join(filter(None, (view.stood(row), view.led(), view.beside(row))))


def _tied_first(view: View, claim: Claim, _published: date, _all: Sequence[View]) -> Finding | None:
    own = view.subject(claim)
    if not own:
        return None
    rivals = rows_of_text(view.rows, claim.object, view.names) if claim.object else []
    if claim.object and not rivals:
        return None
    hits = [row for row in own if row in view.tied]
    if not hits:
        return Finding(REFUTED, view, [own[0], *view.tied[:1]], _not_first(view, own[0]))
    others = [row for row in view.tied if row not in own and (row in rivals or not rivals)]
    text = f"{view.stood(hits[0])}; {_shared_by(others, view)}"
    return Finding(SUPPORTED if others else MIXED, view, [hits[0], *others[:3], *rivals[:1]], text)


def _shared_by(others: Sequence[Standing], view: View) -> str:
    if not others:
        return "it did not share first place as is said"
    named = " and ".join(row.name for row in others[:2]) if len(others) < 3 else f"{len(others)} others"
    how = "" if view.shares_ranks else ", as intervals overlap"
    return f"first place was shared with {named}{how}"


def _rank(view: View, claim: Claim, published: date, every: Sequence[View]) -> Finding | None:
    wanted = range(claim.rank, claim.rank + 1) if claim.rank else range(1, (claim.of_top or 0) + 1)
    own = view.subject(claim)
    if not own or not wanted:
        return None
    if claim.object:
        return _rank_in_group(view, claim, own, wanted)
    if claim.subject_kind != "model":
        return _rank_of_many(view, claim, own, wanted)
    for row in own:
        if any(place in wanted for place in _places(view, row)):
            text = view.stood(row) if claim.rank == 1 else f"{view.stood(row)}; {view.led()}"
            return Finding(SUPPORTED, view, [row], text)
    for row in own:
        if why := _counted_otherwise(view, row, wanted, published, every):
            return Finding(MIXED, view, [row, *view.superseded_ahead_of(row)[:3]], f"{view.stood(row)}; {why}")
    return Finding(REFUTED, view, [own[0], *view.first[:1]], _not_first(view, own[0]))


_NAMED = 3
"""Entries that are named where some of those ahead are left out."""


def _places(view: View, row: Standing) -> Iterable[int]:
    """Give the places that a row may be said to have: its rank and, unless ranks are shared, its equals' ones."""
    if view.shares_ranks:
        return [view.rank(row)]
    low, high = view.place(row)
    return [view.rank(row), *range(low, high + 1)]


def _counted_otherwise(
    view: View, row: Standing, wanted: range, published: date, every: Sequence[View]
) -> str | None:
    """Say by which way of counting a row has a claimed place that its rank is not, if there is one."""
    low, high = view.place_when_rounded(row)
    if any(place in wanted for place in range(low, high + 1)):
        return (
            f"by points alone it was {ordinal(low)}"
            if view.shares_ranks
            else "it has the claimed place once ratings are rounded"
        )
    if not view.of_arena:
        return _one_row_a_model(view, row, wanted, published, every)
    hidden, rank = view.superseded_ahead_of(row), view.rank(row)
    for left_out in range(1, len(hidden) + 1):
        if rank - left_out in wanted or low - left_out in wanted:
            named = ", ".join(each.name for each in hidden[:_NAMED]) + (
                " and others" if len(hidden) > _NAMED else ""
            )
            some = "entries" if left_out == len(hidden) else f"{left_out} of the entries"
            return f"it has the claimed place only without {some} ahead that the site may have hidden: {named}"
    return None


def _one_row_a_model(
    view: View, row: Standing, wanted: range, published: date, every: Sequence[View]
) -> str | None:
    models = list(view.order_of("model"))
    ahead = models[: models.index(view.key(row))]
    old = [other for other in every if other.shot.published_on <= published]
    known = set(old[-1].order_of("model")) if old else set(ahead)
    if any(place in wanted for place in range(len(known.intersection(ahead)) + 1, len(ahead) + 2)):
        return "it has the claimed place only when one row a model is counted, and none that came later"
    return None


def _rank_in_group(view: View, claim: Claim, own: Sequence[Standing], wanted: range) -> Finding | None:
    group = group_of(claim.object)
    if group is None:
        return None
    members = [row for row in view.rows if group.holds(row) or (row in own and not group.denies(row))]
    kept = [row for row in own if row in members]
    if not kept:
        return Finding(REFUTED, view, [own[0]], f"{view.stood(own[0])}, and is none of the {group.name} ones")
    row = kept[0]
    keys = list(dict.fromkeys(_subject(view, each, claim) for each in members))
    place = keys.index(_subject(view, row, claim)) + 1
    text = f"{view.stood(row)}, {ordinal(place)} of the {group.name} ones"
    says = place in wanted or members.index(row) + 1 in wanted
    return Finding(SUPPORTED if says else REFUTED, view, [row, *members[:2]], text)


def _subject(view: View, row: Standing, claim: Claim) -> str:
    return (row.developer or "") if claim.subject_kind == "developer" else view.key(row)


def _rank_of_many(view: View, claim: Claim, own: Sequence[Standing], wanted: range) -> Finding | None:
    best, of_countries = own[0], is_country(claim)
    order = view.order_of("country" if of_countries else "developer")
    place = list(order).index((best.country if of_countries else best.developer) or "") + 1
    plural = "countries" if of_countries else "developers"
    text = (
        f"{claim.subject} stood {ordinal(place)} of the {len(order)} {plural} on {view.board} by its best model, "
    )
    text += f"{best.name}{with_points(best)}"
    if place in wanted:
        return Finding(SUPPORTED, view, [best], text)
    if view.rank(best) in wanted:
        return Finding(MIXED, view, [best], f"{text}, which stood {ordinal(view.rank(best))} of all models")
    return Finding(REFUTED, view, [best, *list(order.values())[:2]], f"{text}; {view.led()}")


def _score(view: View, claim: Claim, published: date, _all: Sequence[View]) -> Finding | None:
    own = view.subject(claim)
    if not own or claim.rating is None:
        return None
    rated = [row for row in own if row.rating is not None]
    if not rated:
        return Finding(UNVERIFIABLE, view, [], f"{view.stood(own[0])}, but its rating there is not kept")
    found = [(_measured(view, claim, published, row.rating or 0.0, row.lower, row.upper), row) for row in rated]
    outcome, row = min(found, key=lambda each: (each[0] not in (SUPPORTED, MIXED), _miss(each[1], claim)))
    miss = _miss(row, claim)
    plain = min(rated, key=lambda each: len(_unsaid(each, claim)))
    if outcome == SUPPORTED and len(_unsaid(row, claim)) > len(_unsaid(plain, claim)) and view.of_arena:
        text = f"{view.stood(row)}, while {view.stood_too(plain)}"
        return Finding(MIXED, view, [row, plain], text, miss)
    if outcome == REFUTED and view.shot.board.startswith(_BY_AGENT):
        why = f"{view.stood(row)}, which another agent than the claimed one may have got"
        return Finding(UNVERIFIABLE, view, [row], why)
    return Finding(outcome, view, [row], view.stood(row), miss)


def _miss(row: Standing, claim: Claim) -> tuple[int, float]:
    """Say how far a row is from a claim: the plain model is meant before its variants that have the score too."""
    return len(_unsaid(row, claim)), abs((row.rating or 0.0) - _said(claim))


def _unsaid(row: Standing, claim: Claim) -> frozenset[str]:
    """Give the efforts in a row's name that the claim does not name."""
    return efforts_in(row.name) - efforts_in(f"{claim.subject} {claim.subject_variant or ''}")


def _said(claim: Claim) -> float:
    return claim.rating or 0.0


def _measured(
    view: View, claim: Claim, published: date, value: float, lower: float | None, upper: float | None
) -> Outcome:
    """Compare a number with the one claimed: another day's refutes it only where its interval does."""
    same_day = view.shot.published_on == published
    if abs(value - _said(claim)) <= _tolerance(view, claim, same_day=same_day) + 1e-9:
        return SUPPORTED
    within = lower is not None and upper is not None and lower <= _said(claim) <= upper
    return UNVERIFIABLE if within and not same_day else REFUTED


def _tolerance(view: View, claim: Claim, *, same_day: bool) -> float:
    if view.of_arena:
        return _SAME_DAY if same_day else _OTHER_DAY
    decimals = len(f"{_said(claim):.6f}".rstrip("0").partition(".")[2])
    return float(0.5 * 10.0**-decimals)


def _margin(view: View, claim: Claim, published: date, _all: Sequence[View]) -> Finding | None:
    own = [row for row in view.subject(claim) if row.rating is not None]
    if not own or claim.rating is None:
        return None
    others = [row for row in _behind(view, claim, own) if row.rating is not None and row not in own]
    if not others:
        return None
    one, other = min(product(own, others), key=lambda pair: abs(abs(_apart(*pair)) - _said(claim)))
    apart = _apart(one, other)
    slack = sum((row.upper or 0.0) - (row.lower or 0.0) for row in (one, other)) / 2
    outcome = _measured(view, claim, published, abs(apart), abs(apart) - slack, abs(apart) + slack)
    way = "ahead of" if apart >= 0 else "behind"
    text = f"{view.stood(one)}, {number(abs(apart))} {way} {other.name}{with_points(other)}"
    return Finding(outcome, view, [one, other], text, (0, abs(abs(apart) - _said(claim))))


def _apart(one: Standing, other: Standing) -> float:
    return (one.rating or 0.0) - (other.rating or 0.0)


_SECOND = ("第二名", "第二", "second", "second place", "runner-up", "the next", "the second")


def _behind(view: View, claim: Claim, own: Sequence[Standing]) -> Sequence[Standing]:
    """Give the rows that a margin is over: those of the rival that is named, else the best of all others."""
    if claim.object and claim.object.strip().casefold() not in _SECOND:
        return rows_of_text(view.rows, claim.object, view.names)
    kin = {view.key(row) for row in own}
    return [row for row in view.rows if view.key(row) not in kin][:1]


def _ahead_of(view: View, claim: Claim, published: date, _all: Sequence[View]) -> Finding | None:
    own = view.subject(claim)
    rivals = [row for row in _meant(view, claim) if row not in own]
    if view.shot.grows and any(day_in(row.name, published.year) for row in rivals):
        rivals = [row for row in rivals if view.was_there(row, published) or not day_in(row.name, published.year)]
    if not own or not rivals:
        return None
    best, worst = own[0], own[-1]
    if not view.of_arena:  # rows of one model are its efforts there: the best of each are meant
        rivals, worst = rivals[:1], best
    against = {view.compare(best, rival) for rival in rivals} | {view.compare(worst, rival) for rival in rivals}
    outcome = {frozenset((1,)): SUPPORTED, frozenset((-1,)): REFUTED}.get(frozenset(against), MIXED)
    shown = [rivals[0], *rivals[1:][-1:]]
    text = f"{view.stood(best)}; {' and '.join(view.stood_too(row) for row in shown)}"
    return Finding(outcome, view, [best, worst, *rivals[:4]], text)


def _meant(view: View, claim: Claim) -> Sequence[Standing]:
    if not claim.object:
        return []
    if group := group_of(claim.object):
        return view.of_group(group)
    developer = view.names.developer_of(claim.object) if claim.subject_kind == "developer" else None
    if developer:
        return [row for row in view.rows if row.developer == developer]
    return rows_of_text(view.rows, claim.object, view.names)


def _best_of_group(view: View, claim: Claim, _published: date, _all: Sequence[View]) -> Finding | None:
    group, own = group_of(claim.object), view.subject(claim)
    if group is None or not own:
        return None
    kept = [row for row in own if not group.denies(row)]
    if not kept:
        return Finding(REFUTED, view, own[:1], f"{view.stood(own[0])}, and is none of the {group.name} ones")
    best = kept[0]
    others = [row for row in view.of_group(group) if row not in own]
    against = {view.compare(best, other) for other in others}
    text = f"{view.stood(best)}; {_of_others(view, group, best, others)}"
    outcome = REFUTED if -1 in against else MIXED if 0 in against else SUPPORTED
    return Finding(outcome, view, [best, *others[:1]], text)


def _of_others(view: View, group: Group, best: Standing, others: Sequence[Standing]) -> str:
    if not others:
        return f"no other {group.name} one stood there"
    which = {1: "the next", 0: "level with it the next", -1: "the best"}[view.compare(best, others[0])]
    return f"{which} {group.name} one, {view.stood_too(others[0])}"


def _count_in_top(view: View, claim: Claim, _published: date, _all: Sequence[View]) -> Finding | None:
    own = view.subject(claim)
    if claim.n is None or not claim.of_top:
        return None
    if claim.subject_kind == "model" and not own:
        return None
    top, what = _top(view, claim)
    mine = [row for row in top[: claim.of_top] if row in own or _is_kin(row, own, claim)]
    text = f"{len(mine)} of the first {claim.of_top} {what} on {view.board} were {_whose(claim)}"
    if mine:
        text += f": {', '.join(row.developer_name or row.name for row in mine[:6])}"
    outcome = SUPPORTED if len(mine) == claim.n else MIXED if len(mine) > claim.n else REFUTED
    return Finding(outcome, view, mine or top[: claim.of_top], text)


_DEVELOPERS = re.compile(r"developer|compan|firm|\blabs?\b|organi[sz]ation|机构|公司|厂商|企业|开发者")


def _top(view: View, claim: Claim) -> tuple[list[Standing], str]:
    if _DEVELOPERS.search((claim.object or "").casefold()):
        return list(view.order_of("developer").values()), "developers"
    return list(view.rows), "models"


def _is_kin(row: Standing, own: Sequence[Standing], claim: Claim) -> bool:
    return is_country(claim) and bool(own) and row.country == own[0].country


def _whose(claim: Claim) -> str:
    if is_country(claim):
        return group_of_country(claim.subject_key or "").name
    found = group_of((claim.subject_key or "").replace("-", " "))
    return f"{found.name} ones" if found else f"of {claim.subject}"


def _record(view: View, claim: Claim, _published: date, every: Sequence[View]) -> Finding | None:
    """Compare the best row with all that stood on the board before, or at the same time."""
    own = [row for row in view.subject(claim) if row.rating is not None]
    group = group_of(claim.object)
    earlier = [each for each in every if each.shot.published_on <= view.shot.published_on]
    if not own or (claim.object and group is None) or not any(each is not view for each in earlier):
        return None
    best, best_rating = own[0], own[0].rating or 0.0
    bar = min(best_rating, claim.rating or best_rating)
    if claim.rating and best_rating < claim.rating - _tolerance(view, claim, same_day=False):
        return Finding(REFUTED, view, [best], f"{view.stood(best)}, which is less than {number(claim.rating)}")
    higher = max(
        ((row.rating or 0.0, each, row) for each in earlier for row in _rated_others(each, claim, group)),
        key=lambda found: found[0],
        default=None,
    )
    if higher is None or higher[0] < bar:
        return Finding(
            SUPPORTED, view, [best], f"{view.stood(best)}, and no other had reached {number(bar)} before"
        )
    rating, then, row = higher
    text = f"{view.stood(best)}, but {row.name} had {number(rating)} on {then.shot.published_on} already"
    partly = abs(rating - bar) < 0.5 or view.key(row) == view.key(best)  # equalled, or held by a variant of it
    return Finding(MIXED if partly else REFUTED, view, [best], text, before=then.evidence([row]))


def _rated_others(view: View, claim: Claim, group: Group | None) -> list[Standing]:
    own = view.subject(claim)
    rows = view.of_group(group) if group else view.rows
    return [row for row in rows if row.rating is not None and row not in own]


_RULES: dict[str, Rule] = {
    "first": _first,
    "tied_first": _tied_first,
    "rank": _rank,
    "score": _score,
    "margin": _margin,
    "ahead_of": _ahead_of,
    "best_of_group": _best_of_group,
    "count_in_top": _count_in_top,
    "record": _record,
}


# -- from the findings of the boards to a verdict


def _verdict(claim: Claim, findings: Sequence[Finding], published: date, any_shot: bool) -> Verdict:
    decided = [each for each in findings if each.outcome != UNVERIFIABLE]
    if not decided or _may_be_of_the_other_ruler(claim, findings):
        return Verdict(UNVERIFIABLE, _why_open(claim, findings, published, any_shot))
    outcomes = {each.outcome for each in decided}
    outcome = outcomes.pop() if len(outcomes) == 1 else MIXED
    if claim.relation in ("score", "margin") and SUPPORTED in {each.outcome for each in decided}:
        decided = [each for each in decided if each.outcome == SUPPORTED]
        outcome = SUPPORTED
    if claim.modality == "negated":
        outcome = _denied(outcome)
    evidence = tuple(row for each in decided for row in (*each.view.evidence(each.rows), *each.before))
    return Verdict(outcome, _explained(outcome, decided, claim), evidence)


def _may_be_of_the_other_ruler(claim: Claim, findings: Sequence[Finding]) -> bool:
    """Whether a number that one ruler does not show may be that of the other one, whose numbers are not kept."""
    outcomes = {each.outcome for each in findings}
    return claim.relation == "score" and UNVERIFIABLE in outcomes and SUPPORTED not in outcomes


def _why_open(claim: Claim, findings: Sequence[Finding], published: date, any_shot: bool) -> str:
    if findings:
        return "The snapshots that are kept do not settle it: " + "; ".join(map(_sentence, findings)) + "."
    if any_shot:
        return f"No snapshot of {_asked_of(claim)} within reach of {published} has the rows that it speaks of."
    return f"There is no snapshot of {_asked_of(claim)} within reach of {published}."


def _asked_of(claim: Claim) -> str:
    category = f", {claim.category.replace('_', ' ')}" if claim.category else ""
    return f"{claim.board}{category}"


def _explained(outcome: Outcome, findings: Sequence[Finding], claim: Claim) -> str:
    """Say in one sentence what the boards show, and which ruler says what where they are at odds."""
    lead = ""
    if len({each.outcome for each in findings}) > 1:
        said = [_HOW[_denied(each.outcome) if claim.modality == "negated" else each.outcome] for each in findings]
        lead = f"{said[0]} with style control, {said[1].lower()} without: "
    elif outcome == MIXED:
        lead = "Only partly so: "
    told = lead + "; ".join(map(_sentence, findings))
    return f"{told[:1].upper()}{told[1:]}."


_HOW = {SUPPORTED: "True", REFUTED: "Not true", MIXED: "Partly true"}


def _denied(outcome: Outcome) -> Outcome:
    return {SUPPORTED: REFUTED, REFUTED: SUPPORTED}.get(outcome, outcome)


def _sentence(finding: Finding) -> str:
    shot = finding.view.shot
    return f"{'in the set of' if shot.grows else 'on'} {shot.published_on} {finding.text}"
