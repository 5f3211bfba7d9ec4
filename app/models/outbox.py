"""What lies ready to be sent, where to, and what came of it. Rows hold ids, never content."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, Index, UniqueConstraint

from app.models.base import Table
from app.vault import Sealed


class Subscription(Table, table=True):
    """Where one person wants messages. Sends nothing before `verified_at`.

    The links of its mails are derived from its id with the service's key; what is stored of them are hashes.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    viewer_id: UUID | None = Field(default=None, foreign_key="viewer.id", ondelete="CASCADE", index=True)
    resident_id: UUID | None = Field(default=None, foreign_key="resident.id", ondelete="CASCADE", index=True)
    member_id: UUID | None = Field(default=None, foreign_key="member.id", ondelete="CASCADE", index=True)
    channel: str
    address: str = Field(sa_type=Sealed("subscription.address"))
    address_hash: str = Field(index=True)
    secret: str = Field(sa_type=Sealed("subscription.secret"))
    stop_hash: str = Field(unique=True)
    verify_hash: str = Field(unique=True)
    asked_at: datetime
    quiet_from: str | None = None
    quiet_until: str | None = None
    created_at: datetime
    verified_at: datetime | None = None
    switched_off_at: datetime | None = None


class OutboxItem(Table, table=True):
    """One message for one address. `due_at` carries the lease, the back-off and the quiet hours.

    `slot` is unique where only one a day may go out: the resident's local day. A question about a silence has its
    `question_id`; a notice (`purpose`) says in `note` which one it is.
    """

    __tablename__ = "outbox_item"
    # Due rows are found among what waits: what was sent stays for a while, and would be passed over at every look.
    __table_args__ = (UniqueConstraint("subscription_id", "resident_id", "slot"), Index(None, "state", "due_at"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID | None = Field(default=None, foreign_key="resident.id", ondelete="CASCADE", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    teken_id: UUID | None = Field(default=None, foreign_key="teken.id", ondelete="SET NULL", index=True)
    question_id: UUID | None = Field(default=None, foreign_key="question.id", ondelete="CASCADE", index=True)
    subscription_id: UUID = Field(foreign_key="subscription.id", ondelete="CASCADE")
    purpose: str
    note: str | None = None
    slot: str | None = None
    state: str
    due_at: datetime
    expires_at: datetime
    tries: int = 0
    made_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    why: str | None = None


class Attempt(Table, table=True):
    """One try: written before the call, finished after it."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    resident_id: UUID | None = Field(default=None, foreign_key="resident.id", ondelete="CASCADE", index=True)
    item_id: UUID = Field(foreign_key="outbox_item.id", ondelete="CASCADE", index=True)
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None


class Asked(Table, table=True):
    """One question "is this address right?", kept for a day: deleting the subscription must not reset the count."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    address_hash: str = Field(index=True)
    owner_id: UUID = Field(index=True)
    asked_at: datetime = Field(index=True)
