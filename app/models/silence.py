"""What was agreed about silence, what is asked while it lasts, and who answered what."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import false
from sqlmodel import Field

from app.models.base import Table
from app.vault import Sealed


class Agreement(Table, table=True):
    """What one resident agreed to, and when to look at them next: `next_due_at` is all that the watch reads.

    `rhythm` is the state of `phatic.rhythm.Rhythm`. While a silence is open, `silence_id` names it and `next_due_at`
    is the moment of its next step. Who looks holds it until `leased_until`. At `empty_told_at` the resident was
    told that nobody can be reached, and at `calmer_offered_at` something calmer was offered.
    """

    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", primary_key=True)
    kind: str = "greetings"
    at: str | None = None
    weekdays: str = "0123456"
    follows_rhythm: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    level: float = 0.5
    plan: str | None = Field(default=None, sa_type=Sealed("agreement.plan"))
    agreed_at: datetime
    rhythm: dict[str, Any] | None = Field(default=None, sa_type=Sealed("agreement.rhythm"))
    empty_told_at: datetime | None = None
    calmer_offered_at: datetime | None = None
    heard_at: datetime | None = None
    next_due_at: datetime | None = Field(default=None, index=True)
    leased_until: datetime | None = None
    silence_id: UUID | None = None


class Silence(Table, table=True):
    """One time that somebody's signs stopped (`episode` in the API), from the first private question to its outcome.

    `heard_at` is the last sign before it. `state` is what is told to whom may know; `outcome` says how it ended.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    kind: str
    state: str
    due_at: datetime
    heard_at: datetime | None = None
    opened_at: datetime = Field(index=True)
    phone_trouble: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    held_at: datetime | None = None
    resumed_at: datetime | None = None
    claimed_by: UUID | None = None
    claimed_until: datetime | None = None
    spoke_by: UUID | None = None
    spoke_at: datetime | None = None
    called_at: datetime | None = None
    rested_at: datetime | None = None
    closed_at: datetime | None = Field(default=None, index=True)
    outcome: str | None = None


class Question(Table, table=True):
    """One person asked once in one silence: the resident (nobody else is named), a contact, or a caseworker.

    `reach_at` is when they can have read it: after their own quiet hours. The link's secret is derived from the id.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    silence_id: UUID = Field(foreign_key="silence.id", ondelete="CASCADE", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    member_id: UUID | None = Field(default=None, foreign_key="member.id", ondelete="CASCADE", index=True)
    rung: str
    asked_at: datetime
    reach_at: datetime
    link_hash: str = Field(unique=True)
    answer: str | None = None
    answered_at: datetime | None = None
    claimed_s: int = 0


class Pause(Table, table=True):
    """An "Even niet": from when until when no silence counts. `shown_to` are the contacts who read its words."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    from_at: datetime
    until_at: datetime
    words: str | None = Field(default=None, sa_type=Sealed("pause.words"))
    shown_to: list[str] = Field(default_factory=list, sa_type=Sealed("pause.shown_to"))
    made_at: datetime
    ended_at: datetime | None = None


class Proposal(Table, table=True):
    """What a contact or a caseworker would like to be agreed; nothing changes before the resident says yes.

    `effective_at` is when a yes begins to count: a day later where it lets others see or do more.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    member_id: UUID | None = Field(default=None, foreign_key="member.id", ondelete="CASCADE")
    wish: dict[str, Any] = Field(sa_type=Sealed("proposal.wish"))
    made_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    effective_at: datetime | None = Field(default=None, index=True)
    applied_at: datetime | None = None
    is_muted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class AgreementConsent(Table, table=True):
    """The words of an agreement as the resident saw them, the longest wait among them, and until when they held."""

    __tablename__ = "agreement_consent"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    kind: str
    words: str = Field(sa_type=Sealed("agreement_consent.words"))
    version: str
    language: str
    helped_by: str | None = Field(default=None, sa_type=Sealed("agreement_consent.helped_by"))
    from_at: datetime
    until_at: datetime | None = None


class Representative(Table, table=True):
    """Who speaks for a resident in law: of which kind, who checked it, and an end at most six months away."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    name: str = Field(sa_type=Sealed("representative.name"))
    kind: str
    checked_by: str = Field(sa_type=Sealed("representative.checked_by"))
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None = None


class Freeze(Table, table=True):
    """An account that rests after a death or an admission: one asks, a second person confirms, a sign undoes it."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL")
    member_id: UUID | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")
    reason: str
    asked_at: datetime
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    thawed_at: datetime | None = None


class WatchRun(Table, table=True):
    """How the watch itself is doing: when it last ran, and whether it suspects itself. One row.

    `heard_again_at` is when it last stopped to: quiet before that moment is held against nobody.
    """

    __tablename__ = "watch_run"

    id: int = Field(default=1, primary_key=True)
    last_run_at: datetime
    suspects_since: datetime | None = None
    heard_again_at: datetime | None = None
    counted_at: datetime | None = None


class HeardHour(Table, table=True):
    """How many signs the whole service heard in one hour: to notice when it is we who hear too little."""

    __tablename__ = "heard_hour"

    hour_at: datetime = Field(primary_key=True)
    signs: int
