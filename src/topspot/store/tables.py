"""The tables. They hold data, not rules; they are append-only but for the columns marked ``*`` in comments.

Every instant is UTC and aware. Text from outside stands once, in ``entry``; a standing refers to it, and what
the registry makes of it is a join away in ``resolution``.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Float, ForeignKeyConstraint, Index, Integer, MetaData, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite forgets the zone of what it stores, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant, which would mean another time on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant reached the database: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(SQLModel):
    """The tables of Topspot, apart from those of any other program that uses SQLModel."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _instant(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_type=Instant, nullable=nullable, index=index)


class Board(Base, table=True):
    """A leaderboard, as the sources that tell of it declare it."""

    key: str = Field(primary_key=True)
    name: str
    publisher: str
    scale: str
    headline: bool


class Series(Base, table=True):
    """One source of a board in one precision. Lower ``trust`` is believed first where two have a date.

    A later ``edition`` is believed before any earlier one; it is empty where series do not follow one another.
    ``commercial`` says whether the license lets one earn by the data, empty where nothing is stated.
    """

    key: str = Field(primary_key=True)
    board: str = Field(primary_key=True, foreign_key="board.key")
    source: str
    license: str
    credit: str
    commercial: bool | None = None
    trust: int
    edition: str = ""


class Payload(Base, table=True):
    """The bytes of an answer; they lie in the archive under their hash."""

    sha256: str = Field(primary_key=True)
    size: int
    media_type: str
    first_seen_at: datetime = _instant()


class Visit(Base, table=True):
    """One visit to one address, or one import of a file (``file:`` and its name as ``url``).

    ``outcome`` is new, unchanged, held or failed. ``board`` and ``published_on`` are what an importer said.
    ``partial`` is a history of which only some dates were read: it is asked for again.
    """

    __table_args__ = (Index(None, "url", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    url: str
    started_at: datetime = _instant()
    outcome: str
    status: int | None = None
    payload: str | None = Field(default=None, foreign_key="payload.sha256")
    etag: str | None = None
    linked_etag: str | None = None
    last_modified: str | None = None
    error: str | None = None
    board: str | None = None
    published_on: date | None = None
    partial: bool = False


class Part(Base, table=True):
    """One published date of a file that holds many, as last read: equal digests need not be read again."""

    url: str = Field(primary_key=True)
    published_on: date = Field(primary_key=True)
    digest: str


class SourceState(Base, table=True):
    """When a source is due, and who is at it. Every column but the key is ``*``."""

    __tablename__ = "source_state"

    source: str = Field(primary_key=True)
    next_due_at: datetime = _instant(index=True)
    claimed_by: str | None = None
    claimed_until: datetime | None = _instant(nullable=True)
    failures: int = 0
    last_success_at: datetime | None = _instant(nullable=True)
    last_new_at: datetime | None = _instant(nullable=True)


class Snapshot(Base, table=True):
    """One series as published at one time. ``accepted_at*`` is empty while it is held; see ``reasons``.

    Of several publications of one date the one that was seen last stands: by ``observed_at``, then by ``line``,
    the place of an imported file in a list of files (0 for none), then by ``id``. ``why*`` is what an operator
    said who accepted or dropped it last; ``decision`` has all that was decided.
    """

    __table_args__ = (
        UniqueConstraint(
            "series",
            "board",
            "category",
            "published_on",
            "content_hash",
            "observed_at",
            "line",
            name="uq_snapshot_publication",
        ),
        Index(None, "board", "category", "published_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    board: str = Field(foreign_key="board.key")
    category: str
    series: str
    published_on: date
    observed_at: datetime = _instant()
    recorded_at: datetime = _instant()
    payload: str = Field(foreign_key="payload.sha256")
    content_hash: str
    row_count: int
    accepted_at: datetime | None = _instant(nullable=True)
    dropped_at: datetime | None = _instant(nullable=True)
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    line: int = 0
    why: str | None = None


class Decision(Base, table=True):
    """What an operator decided about a snapshot, so that what was believed before is still answered."""

    id: int | None = Field(default=None, primary_key=True)
    snapshot_id: int = Field(index=True)
    decided_at: datetime = _instant()
    accepted: bool
    why: str


class Entry(Base, table=True):
    """A name, organization and license as one source writes them, empty where it writes none.

    ``raw_detail`` is what else it says of the entry, as JSON: evidence, of which nothing is
    believed but the models of an agent whose name says none.
    """

    __table_args__ = (
        UniqueConstraint(
            "source", "raw_name", "raw_organization", "raw_license", "raw_detail", name="uq_entry_texts"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    raw_name: str
    raw_organization: str
    raw_license: str
    raw_detail: str = ""


class Standing(Base, table=True):
    """One row of a snapshot: narrow, no text. Held snapshots have none."""

    __table_args__ = (Index(None, "entry_id", "snapshot_id"), {"sqlite_with_rowid": False})

    snapshot_id: int = Field(sa_type=Integer, primary_key=True, foreign_key="snapshot.id")
    position: int = Field(sa_type=Integer, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id")
    rank: int | None = None
    rating: float | None = Field(default=None, sa_type=Float)
    lower: float | None = Field(default=None, sa_type=Float)
    upper: float | None = Field(default=None, sa_type=Float)
    votes: int | None = None
    preliminary: bool = False


class RegistryRevision(Base, table=True):
    """A state of the registry that was applied to this database.

    ``changed*`` are the entries that it made mean something else, until past events are in line with that.
    """

    __tablename__ = "registry_revision"

    revision: str = Field(primary_key=True)
    applied_at: datetime = _instant()
    changed: list[int] = Field(default_factory=list, sa_type=JSON)


class Developer(Base, table=True):
    """A developer of the registry."""

    key: str = Field(primary_key=True)
    name: str
    name_zh: str | None = None


class DeveloperFact(Base, table=True):
    """A dated fact of a developer: its country or its parent. ``valid_to`` is the first day it no longer holds."""

    __tablename__ = "developer_fact"
    __table_args__ = (Index(None, "developer", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    developer: str = Field(foreign_key="developer.key")
    kind: str
    value: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: str


class Model(Base, table=True):
    """A model of a developer that some entry means; ``base_model`` is what a fine-tune was made from."""

    developer: str = Field(primary_key=True, foreign_key="developer.key")
    key: str = Field(primary_key=True)
    family: str | None = None
    base_model: str | None = None


class ModelFact(Base, table=True):
    """A dated fact of a model (``kind`` open_weights); no two of a kind hold on one day."""

    __tablename__ = "model_fact"
    __table_args__ = (
        ForeignKeyConstraint(["developer", "model"], ["model.developer", "model.key"]),
        Index(None, "developer", "model", "kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    developer: str
    model: str
    kind: str
    value: bool
    valid_from: date | None = None
    valid_to: date | None = None
    source: str


class Resolution(Base, table=True):
    """What a revision of the registry makes of an entry. The newest has no ``superseded_at*``.

    Part 0 is the row as a whole. A system has further parts, each with ``part_name`` and ``part_kind``: its
    models, and the agents about them with their makers. ``basis`` is what told the developer and ``model_basis``
    the model; ``license_open`` is what the license text says of the weights, which a fact of the model outranks.
    """

    __table_args__ = (Index(None, "entry_id", "part", "superseded_at"),)

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id")
    part: int = 0
    registry_revision: str = Field(foreign_key="registry_revision.revision")
    resolved_at: datetime = _instant()
    superseded_at: datetime | None = _instant(nullable=True)
    model: str | None = None
    developer: str | None = Field(default=None, foreign_key="developer.key")
    basis: str | None = None
    variant: str | None = None
    model_basis: str | None = None
    license_open: bool | None = None
    part_kind: str | None = None
    part_name: str | None = None


class Event(Base, table=True):
    """What happened between two snapshots, or to a source.

    ``detail*`` holds previous, current, definitions and reasons as the command line shows them. ``state*``,
    ``withdrawn*`` and ``withdrawn_at*`` change when what it was derived from is corrected.
    """

    __table_args__ = (Index(None, "board", "published_on"),)

    id: str = Field(primary_key=True)
    type: str
    rule: str
    change: str | None = None
    board: str
    category: str | None = None
    series: str
    published_on: date | None = None
    observed_at: datetime = _instant()
    recorded_at: datetime = _instant()
    snapshot_id: int | None = Field(default=None, foreign_key="snapshot.id")
    previous_snapshot_id: int | None = Field(default=None, foreign_key="snapshot.id")
    payload: str | None = Field(default=None, foreign_key="payload.sha256")
    subject_kind: str
    subject_id: str
    subject_name: str
    tied: int
    cause: str | None = None
    state: str
    historical: bool
    withdrawn: bool = False
    withdrawn_at: datetime | None = _instant(nullable=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Target(Base, table=True):
    """Where messages go. ``setting`` names the setting that holds its secret; the secret is not here."""

    key: str = Field(primary_key=True)
    kind: str
    address: str | None = None
    setting: str | None = None


class Alert(Base, table=True):
    """What one target is told about one publication of one board. ``state*`` is that of an event."""

    __table_args__ = (UniqueConstraint("target", "board", "published_on"),)

    id: str = Field(primary_key=True)
    target: str = Field(foreign_key="target.key")
    board: str = Field(foreign_key="board.key")
    published_on: date
    state: str
    created_at: datetime = _instant()


class AlertEvent(Base, table=True):
    """The events of an alert, most important first."""

    __tablename__ = "alert_event"

    alert_id: str = Field(primary_key=True, foreign_key="alert.id")
    event_id: str = Field(primary_key=True, foreign_key="event.id")
    position: int


class Delivery(Base, table=True):
    """One thing to send for an alert. ``state*`` is queued, sending, unknown, sent, dead or superseded.

    ``action`` is post, update (of the post) or reply (under it). ``due_at``, ``attempts``, ``error``,
    ``remote_ts``, ``remote_channel`` and the claim are ``*`` as well.
    """

    __table_args__ = (UniqueConstraint("alert_id", "action", "revision"), Index(None, "target", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    alert_id: str = Field(foreign_key="alert.id")
    target: str = Field(foreign_key="target.key")
    action: str
    revision: int
    body: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = _instant()
    due_at: datetime = _instant()
    state: str
    attempts: int = 0
    error: str | None = None
    remote_ts: str | None = None
    remote_channel: str | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = _instant(nullable=True)


class Attempt(Base, table=True):
    """One attempt to send a delivery. ``outcome*`` is empty until it ended, and for ever if it was killed."""

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    started_at: datetime = _instant()
    outcome: str | None = None
    error: str | None = None


class Feed(Base, table=True):
    """A source of news as its file ``declared*`` it. ``address*`` is where it moved to for good.

    ``retired_at*`` is since when it is gone, ``pause*`` for how many seconds it says that it stays as it is.
    """

    key: str = Field(primary_key=True)
    name: str
    kind: str
    language: str
    declared: str
    address: str
    retired_at: datetime | None = _instant(nullable=True)
    pause: int = 0


class Story(Base, table=True):
    """Articles that tell one thing. ``title`` is that of the first one seen."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    began_at: datetime = _instant(index=True)


class Article(Base, table=True):
    """One item of a feed: ``guid`` is the publisher's, ``address`` the canonical one; a story tells it."""

    id: int | None = Field(default=None, primary_key=True)
    feed: str = Field(foreign_key="feed.key", index=True)
    story_id: int = Field(foreign_key="story.id", index=True)
    guid: str | None = None
    link: str | None = None
    address: str = Field(index=True)
    first_seen_at: datetime = _instant(index=True)
    historical: bool = False


class ArticleVersion(Base, table=True):
    """An article as it was printed once; an edited one is a further version. The full text is in the payload.

    ``digest`` names what was read of it (SHA-256), so that the same is no version.
    """

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    seen_at: datetime = _instant()
    published_at: datetime | None = _instant(nullable=True)
    updated_at: datetime | None = _instant(nullable=True)
    title: str
    summary: str
    language: str | None = None
    payload: str = Field(foreign_key="payload.sha256")
    digest: str


class Mention(Base, table=True):
    """A name in an article, once a version: a model's or developer's key, a country's code or a board's key."""

    __table_args__ = (Index(None, "kind", "key"),)

    version_id: int = Field(primary_key=True, foreign_key="article_version.id")
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    written: str


class Claim(Base, table=True):
    """What a sentence of an article says of a board; the columns are those of ``domain.claims.Claim``."""

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="article_version.id", index=True)
    text: str
    subject: str
    subject_key: str | None = None
    subject_kind: str
    subject_variant: str | None = None
    relation: str
    object: str | None = None
    board: str | None = None
    category: str | None = None
    rank: int | None = None
    rating: float | None = Field(default=None, sa_type=Float)
    n: int | None = None
    of_top: int | None = None
    as_of: date | None = None
    modality: str


class Verdict(Base, table=True):
    """Whether the boards show what a claim says, as judged at one time. The newest has no ``superseded_at*``."""

    __table_args__ = (Index(None, "claim_id", "superseded_at"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id")
    judged_at: datetime = _instant()
    superseded_at: datetime | None = _instant(nullable=True)
    verdict: str
    explanation: str
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


class EventStory(Base, table=True):
    """A story that explains an event of a board (``how``), or that precedes it."""

    __tablename__ = "event_story"

    event_id: str = Field(primary_key=True, foreign_key="event.id")
    story_id: int = Field(primary_key=True, foreign_key="story.id")
    how: str
