"""Residents with their devices, and viewers: the people who look on."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import false, true
from sqlmodel import Field

from app.models.base import Table
from app.vault import Sealed


class Resident(Table, table=True):
    """Who walks, or taps once. `changes` numbers the rows of the stream, `planes` are the secret lattices.

    `sign_days` is how long signs are kept, `tidy_at` when what is old is forgotten next. `is_wide` draws wide discs.
    `log_head` is the last line of the log, sealed: without it, a log that lost its end would look whole.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(sa_type=Sealed("resident.name"))
    language: str
    time_zone: str
    hand: str = Field(sa_type=Sealed("resident.hand"))
    planes: list[Any] = Field(default_factory=list, sa_type=Sealed("resident.planes"))
    keeps_sketches: bool = False
    is_wide: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    circle_is_known: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    sign_days: int = Field(default=400, sa_column_kwargs={"server_default": "400"})
    paper_key_hash: str | None = Field(default=None, unique=True)
    changes: int = 0
    created_at: datetime
    last_heard_at: datetime | None = None
    frozen_at: datetime | None = None
    tidy_at: datetime | None = Field(default=None, index=True)
    dormant_asked_at: datetime | None = None
    log_head: dict[str, Any] | None = Field(default=None, sa_type=Sealed("resident.log_head"))


class Device(Table, table=True):
    """What a resident holds in the hand (`phone`), or an app that may only bring things in (`upload`).

    A new one beside others may not change who sees what for 24 hours, unless an older one said yes (`trusted_at`).
    `counts` tells whether its taps count as signs of life for the agreement about silence (`trust.md` 32).
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    kind: str
    name: str = Field(sa_type=Sealed("device.name"))
    token_hash: str = Field(unique=True)
    created_at: datetime
    counts: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    trusted_at: datetime | None = None
    revoked_at: datetime | None = None


class Pairing(Table, table=True):
    """A code to read aloud (15 minutes) and a link (7 days), for one new device, once.

    One that was not made by the resident (`is_own`) works only for who has no device and no data yet.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    code_hash: str = Field(unique=True)
    link_hash: str = Field(unique=True)
    is_own: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    made_at: datetime
    used_at: datetime | None = None


class Viewer(Table, table=True):
    """A person with one token, who may be a contact of several residents."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    token_hash: str = Field(unique=True)
    language: str
    time_zone: str
    created_at: datetime


class Display(Table, table=True):
    """A window: an old tablet on the sill, with a token that shows drawing and words and may do nothing."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    viewer_id: UUID = Field(foreign_key="viewer.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    created_at: datetime


class FailedAccept(Table, table=True):
    """One wrong code, so that guessing stops; the address is kept as a keyed hash, for an hour."""

    __tablename__ = "failed_accept"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    address_hash: str = Field(index=True)
    failed_at: datetime = Field(index=True)


class Replay(Table, table=True):
    """What was answered under an `Idempotency-Key`; without a body where the answer held a secret."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID | None = Field(default=None, foreign_key="resident.id", ondelete="CASCADE", index=True)
    key_hash: str = Field(unique=True)
    body_hash: str
    status: int
    body: str | None = Field(default=None, sa_type=Sealed("replay.body"))
    answered_at: datetime = Field(index=True)
