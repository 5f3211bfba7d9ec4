"""Walks and teken: what may be shown of them, never a track."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import true
from sqlmodel import Field, UniqueConstraint

from app.models.base import Table
from app.phatic import when
from app.vault import Sealed


class DiscRow(Table, table=True):
    """A place that is hidden in every walk: a drawn centre and two radii, never the place itself.

    `number`: how many the resident had before it.
    """

    __tablename__ = "disc"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    disc: dict[str, Any] = Field(sa_type=Sealed("disc.disc"))


class Walk(Table, table=True):
    """A walk between its upload and its end: `held`, `released` or `withdrawn`."""

    __table_args__ = (UniqueConstraint("resident_id", "fingerprint"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    teken_id: UUID = Field(default_factory=uuid4, index=True)
    state: str
    release_at: datetime = Field(index=True)
    ended_at: datetime
    arrived_at: datetime
    is_exact: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    mark: str | None = None
    fingerprint: str | None = None
    glyph: str | None = None
    sketch_glyph: str | None = None
    sketch: dict[str, Any] | None = Field(default=None, sa_type=Sealed("walk.sketch"))


class Teken(Table, table=True):
    """What the circle receives. `tell_at` is the earliest moment, `told_at` the real one.

    A tap in a part of the day that has one already repeats it: only those whose grant began after
    `repeats_told_at`, who could not see that one, see this. It is never told (`tell_at` is None) while that one waits.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    kind: str
    walk_id: UUID | None = Field(default=None, foreign_key="walk.id", ondelete="CASCADE")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    happened_at: datetime
    day: date
    part: str
    made_at: datetime = Field(index=True)
    is_exact: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    tell_at: datetime | None = Field(default=None, index=True)
    told_at: datetime | None = None
    repeats_told_at: datetime | None = None
    words: str | None = Field(default=None, sa_type=Sealed("teken.words"))
    vocabulary_id: str | None = None
    mark: str | None = None

    @classmethod
    def of_walk(cls, walk: Walk, time_zone: str, now: datetime) -> "Teken":
        """Return the teken of a walk, not stored yet: for its release, and for the previews before it."""
        return cls(
            id=walk.teken_id,
            resident_id=walk.resident_id,
            kind="walk",
            walk_id=walk.id,
            happened_at=walk.ended_at,
            day=when.local_day(walk.ended_at, time_zone),
            part=when.part_of(walk.ended_at, time_zone),
            made_at=now,
            tell_at=when.tell_at(walk.ended_at, now, time_zone),
            mark=walk.mark,
        )


class Change(Table, table=True):
    """One line of the live stream, numbered per resident in the order of the commits."""

    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    teken_id: UUID
    for_resident_only: bool = False
    told_at: datetime
    repeats_told_at: datetime | None = None
    changed_at: datetime = Field(index=True)
