"""What articles claim is judged by the boards, told, and judged again where boards show more.

A verdict that changes is a new one; the old one is kept. A claim is told once it is seen in enough outlets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlmodel import Session, col

from topspot.derive import add_events
from topspot.domain.claims import MODALITIES
from topspot.domain.claims import Claim as ClaimValue
from topspot.domain.claims import Verdict as VerdictValue
from topspot.domain.compare import Event, Subject, event_id
from topspot.domain.meant import Names
from topspot.registry import Registry
from topspot.store import write
from topspot.store.tables import Article, ArticleVersion, Claim, Snapshot, Verdict
from topspot.store.tables import Event as EventRow
from topspot.verdicts import Shelf, names_of

REMEMBERED = timedelta(days=10)
"""How long a story grows, and claims are seen together and judged again."""

MOST_CLAIMS = 200
"""Claims of one article that are judged; a text of more is a list."""

TOLD = {"refuted": "claim.refuted", "supported": "claim.supported", "mixed": "claim.mixed"}
"""Verdicts that make an event."""

_SAME_CLAIM = (
    "subject_key",
    "subject_kind",
    "relation",
    "object",
    "board",
    "category",
    "rank",
    "rating",
    "n",
    "of_top",
    "as_of",
)

_OTHER_TIMES = ("negated", "predicted", "historical")
"""Ways of saying a thing that make it another claim; whose word it is and how sure makes none."""


Judged = Sequence[tuple[Claim, VerdictValue]]
"""Claims as they were written, with their verdicts."""


@dataclass
class Claimdesk:
    """What judging claims has at hand for one run. ``outlets`` is in how many feeds a claim makes an event."""

    registry: Registry
    outlets: int = 2

    @cached_property
    def names(self) -> Names:
        """Say who is who in claims."""
        return names_of(self.registry)

    def judge(
        self, session: Session, found: Iterable[ClaimValue], version: ArticleVersion, day: date, now: datetime
    ) -> Judged:
        """Write claims of a version of an article that was published on a day, each with its verdict."""
        judged = []
        shelf = Shelf(session, self.names)
        for value in list(found)[:MOST_CLAIMS]:
            claim = Claim(version_id=version.id or 0, **asdict(value))
            session.add(claim)
            session.flush()
            verdict = shelf.verdict_on(value, day)
            _write_verdict(session, claim, verdict, now)
            judged.append((claim, verdict))
        return judged

    def bring_in_line(
        self, session: Session, found: Iterable[ClaimValue], version: ArticleVersion, day: date, now: datetime
    ) -> bool:
        """Let a version of an article claim what is found in it now; say whether that is something else.

        A claim that it made before keeps its verdicts.
        """
        left, gone = list(found)[:MOST_CLAIMS], []
        kept = select(Claim).where(col(Claim.version_id) == version.id).order_by(col(Claim.id))
        for claim in session.scalars(kept):
            if value_of(claim) in left:
                left.remove(value_of(claim))
            else:
                gone.append(claim)
        forget_claims(session, gone, now)
        self.judge(session, left, version, day, now)
        return bool(left or gone)

    def events(self, session: Session, judged: Judged, now: datetime) -> list[Event]:
        """Make the events of claims that enough outlets made."""
        return [
            _claim_event(claim, verdict, now)
            for claim, verdict in judged
            if self._is_told(session, claim, verdict, now)
        ]

    def _is_told(self, session: Session, claim: Claim, verdict: VerdictValue, now: datetime) -> bool:
        return verdict.verdict in TOLD and len(_outlets(session, claim, now)) >= self.outlets

    def judge_again(self, session: Session, now: datetime, *, everything: bool = False) -> int:
        """Judge claims of the last days again where boards have shown more since; give how many changed.

        A verdict that changes is a new one; the old one is kept, and its event withdrawn. With ``everything`` all
        claims are judged, as today's rules have it, and none is told that was not told before.
        """
        newest = session.scalar(select(func.max(col(Snapshot.recorded_at))))
        if newest is None:
            return 0
        changed, shelf = 0, Shelf(session, self.names)
        of_late = () if everything else _judged_before(newest, now - REMEMBERED)
        for claim, verdict, article, version in _verdicts(session, *of_late):
            day = (version.published_at or version.seen_at).date()
            again = shelf.verdict_on(value_of(claim), day)
            if (again.verdict, _evidence(again)) != (verdict.verdict, verdict.evidence):
                session.execute(update(Verdict).where(col(Verdict.id) == verdict.id).values(superseded_at=now))
                _write_verdict(session, claim, again, now)
                changed += 1
                if again.verdict != verdict.verdict:
                    news = not everything and is_news(article, version, now)
                    self._tell_otherwise(session, claim, again, now, news=news)
            elif not everything:
                session.execute(update(Verdict).where(col(Verdict.id) == verdict.id).values(judged_at=now))
        return changed

    def _tell_otherwise(
        self, session: Session, claim: Claim, verdict: VerdictValue, now: datetime, *, news: bool
    ) -> None:
        """Withdraw what was told of a claim, and tell what holds, if the claim was told or is ``news``."""
        others = [_claim_event_id(type_, claim) for name, type_ in TOLD.items() if name != verdict.verdict]
        told = _withdraw(session, others, "the boards show otherwise by now", now)
        if verdict.verdict in TOLD and (told or (news and self._is_told(session, claim, verdict, now))):
            event = _claim_event(claim, verdict, now)
            if not add_events(session, [event], now):
                again = update(EventRow).where(col(EventRow.id) == event.id)
                session.execute(again.values(withdrawn=False, withdrawn_at=None, state="confirmed"))


def is_news(article: Article, version: ArticleVersion, now: datetime) -> bool:
    """Whether an article was neither there on the first visit to its feed nor published long ago."""
    return not article.historical and (version.published_at or now) >= now - REMEMBERED


def _write_verdict(session: Session, claim: Claim, verdict: VerdictValue, now: datetime) -> None:
    said = {"verdict": verdict.verdict, "explanation": verdict.explanation, "evidence": _evidence(verdict)}
    session.execute(write.table_of(Verdict).insert(), [{"claim_id": claim.id, "judged_at": now, **said}])


def _evidence(verdict: VerdictValue) -> list[dict[str, Any]]:
    return [each._asdict() | {"published_on": each.published_on.isoformat()} for each in verdict.evidence]


def value_of(claim: Claim) -> ClaimValue:
    """Give a written claim as a value."""
    return ClaimValue(**{name: getattr(claim, name) for name in ClaimValue.__dataclass_fields__})


def _about(claim: Claim) -> tuple[object, ...]:
    time = claim.modality if claim.modality in _OTHER_TIMES else None
    said = (getattr(claim, name) for name in _SAME_CLAIM if name != "as_of")
    day = (claim.as_of.isoformat(),) if claim.as_of else ()  # a claim without one keeps the id of its event
    return *said, time, *day


def _outlets(session: Session, claim: Claim, now: datetime) -> set[str]:
    """Give the feeds that claimed the same in the last days."""
    rows = session.scalars(
        select(col(Article.feed))
        .join(ArticleVersion, col(ArticleVersion.article_id) == col(Article.id))
        .join(Claim, col(Claim.version_id) == col(ArticleVersion.id))
        .where(*_same(claim), col(ArticleVersion.seen_at) >= now - REMEMBERED)
    )
    return set(rows)


def _same(claim: Claim) -> list[ColumnElement[bool]]:
    """Give the conditions of claims that say the same, whoever says it and however sure."""
    same = [col(getattr(Claim, name)) == getattr(claim, name) for name in _SAME_CLAIM]
    alike = (claim.modality,) if claim.modality in _OTHER_TIMES else set(MODALITIES) - set(_OTHER_TIMES)
    return [*same, col(Claim.modality).in_(alike)]


def _claim_event_id(type_: str, claim: Claim) -> str:
    return event_id(f"{type_}@1", *_about(claim))


def _claim_event(claim: Claim, verdict: VerdictValue, now: datetime) -> Event:
    type_ = TOLD[verdict.verdict]
    return Event(
        id=_claim_event_id(type_, claim),
        type=type_,
        rule=f"{type_}@1",
        change=None,
        board=claim.board or "",
        category=claim.category,
        series="news",
        published_on=verdict.evidence[0].published_on if verdict.evidence else now.astimezone(UTC).date(),
        observed_at=now,
        subject=Subject(claim.subject_kind, claim.subject_key or claim.subject, claim.subject),
        reasons=(claim.text, verdict.explanation),
    )


def _judged_before(newest: datetime, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of claims of the last days that were judged before the newest snapshot."""
    return (
        col(Verdict.judged_at) < newest,
        col(ArticleVersion.seen_at) >= since,
        col(Claim.board).is_not(None),
    )


def _verdicts(
    session: Session, *those: ColumnElement[bool]
) -> list[tuple[Claim, Verdict, Article, ArticleVersion]]:
    """Give claims with the verdicts that hold of them, those of one day together."""
    rows = session.execute(
        select(Claim, Verdict, Article, ArticleVersion)
        .join(Verdict, col(Verdict.claim_id) == col(Claim.id))
        .join(ArticleVersion, col(ArticleVersion.id) == col(Claim.version_id))
        .join(Article, col(Article.id) == col(ArticleVersion.article_id))
        .where(col(Verdict.superseded_at).is_(None), *those)
        .order_by(func.coalesce(ArticleVersion.published_at, ArticleVersion.seen_at), col(Claim.id))
    )
    return [(claim, verdict, article, version) for claim, verdict, article, version in rows]


def forget_claims(session: Session, claims: Sequence[Claim], now: datetime) -> None:
    """Remove claims that an article does not make, with their verdicts, and withdraw what was told of them.

    What another article still claims stays told.
    """
    if not claims:
        return
    numbers = [claim.id for claim in claims]
    session.execute(delete(Verdict).where(col(Verdict.claim_id).in_(numbers)))
    session.execute(delete(Claim).where(col(Claim.id).in_(numbers)))
    unmade = [
        claim for claim in claims if session.scalars(select(col(Claim.id)).where(*_same(claim))).first() is None
    ]
    told = [_claim_event_id(type_, claim) for claim in unmade for type_ in TOLD.values()]
    _withdraw(session, told, "no article claims it, as they are read by now", now)


def _withdraw(session: Session, events: Sequence[str], why: str, now: datetime) -> bool:
    """Withdraw those of some events that hold, for a reason; say whether there was any."""
    holding = select(EventRow).where(col(EventRow.id).in_(events), col(EventRow.withdrawn).is_(False))
    told = session.scalars(holding).all()
    for row in told:
        row.withdrawn, row.withdrawn_at, row.state = True, now, "retracted"
        row.detail = row.detail | {"reasons": [*row.detail["reasons"], why]}
        session.add(row)
    return bool(told)
