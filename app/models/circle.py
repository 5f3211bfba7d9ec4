"""The circle: who may see what, since when, and in which words that was asked."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field

from app.models.base import Table
from app.vault import Sealed


class Contact(Table, table=True):
    """One grant: a viewer in a resident's circle. `began_at` is when it began to count."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    viewer_id: UUID | None = Field(default=None, foreign_key="viewer.id", ondelete="SET NULL", index=True)
    name: str = Field(sa_type=Sealed("contact.name"))
    role: str
    detail: str
    position: int
    state: str
    is_quiet: bool = False
    sees_ladder: bool = True
    takes_waves: bool = True
    is_sixteen: bool | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None


class Invitation(Table, table=True):
    """The way in for one contact: a code to read aloud (15 minutes) and a link (7 days), used once."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", ondelete="CASCADE", index=True)
    code_hash: str = Field(unique=True)
    link_hash: str = Field(unique=True)
    made_at: datetime = Field(index=True)
    used_at: datetime | None = None
    declined_at: datetime | None = None


class Consent(Table, table=True):
    """What was agreed with one contact: the detail, the words shown, and from when until when it held."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", ondelete="CASCADE", index=True)
    detail: str
    words: str = Field(sa_type=Sealed("consent.words"))
    version: str
    language: str
    helped_by: str | None = Field(default=None, sa_type=Sealed("consent.helped_by"))
    from_at: datetime
    until_at: datetime | None = None
