"""Organisations, the people who work there, and whom a resident lets them care for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import false
from sqlmodel import Field

from app.models.base import Table
from app.vault import Sealed


class Organisation(Table, table=True):
    """Who employs caseworkers: on which legal basis, at which hours. No `basis`: it can enrol nobody.

    `holidays` is the country (ISO 3166) whose public holidays it keeps, empty for none.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(sa_type=Sealed("organisation.name"))
    time_zone: str
    basis: dict[str, Any] | None = Field(default=None, sa_type=Sealed("organisation.basis"))
    intake: dict[str, Any] | None = Field(default=None, sa_type=Sealed("organisation.intake"))
    hours: dict[str, Any] = Field(default_factory=dict, sa_type=Sealed("organisation.hours"))
    retention: dict[str, Any] = Field(default_factory=dict, sa_type=Sealed("organisation.retention"))
    holidays: str = Field(default="NL", sa_column_kwargs={"server_default": "NL"})
    held_since: datetime | None = None
    held_told_at: datetime | None = None
    created_at: datetime


class Member(Table, table=True):
    """Somebody who works at an organisation: `caseworker`, `deputy`, `lead` or `admin`.

    Comes in by an invitation link once, and with a time-based code (RFC 6238) each time: `totp_step` is the newest
    one used, `failures` counts wrong ones since then, `known_failures` those from a browser in which they had come in
    before. `renewed_by` made the newest link for who had come in before.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    name: str = Field(sa_type=Sealed("member.name"))
    role: str
    language: str
    email_hash: str | None = Field(default=None, unique=True)
    invitation_hash: str | None = Field(default=None, unique=True)
    invited_at: datetime
    totp_secret: str | None = Field(default=None, sa_type=Sealed("member.totp_secret"))
    totp_step: int = 0
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    failed_at: datetime | None = None
    known_failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    known_failed_at: datetime | None = None
    joined_at: datetime | None = None
    renewed_by: UUID | None = None
    ended_at: datetime | None = None


class WorkSession(Table, table=True):
    """A caseworker at work: ends after 15 idle minutes, and after ten hours at most (`trust.md` 36)."""

    __tablename__ = "work_session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    member_id: UUID = Field(foreign_key="member.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    began_at: datetime
    used_at: datetime
    looked_on: date | None = None


class Duty(Table, table=True):
    """One line of the roster: who answers on a weekday (`weekday`) or on one day (`day`), from when until when."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    member_id: UUID = Field(foreign_key="member.id", ondelete="CASCADE", index=True)
    weekday: int | None = None
    day: date | None = None
    begins: str
    ends: str


class Care(Table, table=True):
    """A resident in an organisation's care, once they said yes. Its owner is one caseworker, never nobody.

    `state`: `asked`, `active`, `declined` or `ended`; `from_at` is when a yes begins to count. `is_muted`: the resident
    said "vraag dit niet meer".
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    member_id: UUID = Field(foreign_key="member.id", index=True)
    state: str
    asked_at: datetime
    answered_at: datetime | None = None
    from_at: datetime | None = None
    ended_at: datetime | None = None
    is_muted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class CareCode(Table, table=True):
    """Eight letters that a resident reads aloud to a caseworker, who may then ask for their yes; 15 minutes, once."""

    __tablename__ = "care_code"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    code_hash: str = Field(unique=True)
    made_at: datetime = Field(index=True)
    used_at: datetime | None = None


class CaseAct(Table, table=True):
    """What a caseworker did in a silence: `acknowledgement` or `closing`. The resident reads it too."""

    __tablename__ = "case_act"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    silence_id: UUID = Field(foreign_key="silence.id", ondelete="CASCADE", index=True)
    member_id: UUID | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")
    kind: str
    text: str | None = Field(default=None, sa_type=Sealed("case_act.text"))
    outcome: str | None = None
    follow_up_at: datetime | None = None
    runs_out_at: datetime | None = None
    made_at: datetime


class Handover(Table, table=True):
    """Care that one caseworker offers another: it moves when the receiver accepts, and not if the resident refuses.

    It began on `from_day` (`began_at`), and goes back after `until_day`, if there is one (`ended_at`).
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    care_id: UUID = Field(foreign_key="care.id", ondelete="CASCADE", index=True)
    from_member_id: UUID = Field(foreign_key="member.id", ondelete="CASCADE")
    to_member_id: UUID = Field(foreign_key="member.id", ondelete="CASCADE")
    from_day: date
    until_day: date | None = None
    made_at: datetime
    accepted_at: datetime | None = None
    began_at: datetime | None = None
    refused_at: datetime | None = None
    ended_at: datetime | None = None


class WayBack(Table, table=True):
    """A way in for a resident without phone and paper: one caseworker asks, a second agrees, and it opens a day later.

    Every device is told, and any of them can refuse it until it is used (`trust.md` 4).
    """

    __tablename__ = "way_back"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    care_id: UUID = Field(foreign_key="care.id", ondelete="CASCADE")
    asked_by: UUID | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")
    confirmed_by: UUID | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")
    asked_at: datetime
    opens_at: datetime | None = None
    refused_at: datetime | None = None
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id", ondelete="SET NULL", index=True)


class Review(Table, table=True):
    """One "klopt dit nog?": who sees what, asked every three months; without an answer places are shown no more."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    asked_at: datetime
    answered_at: datetime | None = None
    lapsed_at: datetime | None = None
