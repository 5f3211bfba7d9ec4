"""What only grows: the log that a resident reads, and how far this database knows the ledger beside it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import false
from sqlmodel import Field

from app.models.base import Table
from app.vault import Sealed


class LogLine(Table, table=True):
    """One act, as the resident may read it: who did what, when. `chain` ties it to the line before it."""

    __tablename__ = "log_line"

    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    names: dict[str, Any] = Field(sa_type=Sealed("log.names"))
    written_at: datetime
    chain: str


class LedgerPlace(Table, table=True):
    """How many lines of the ledger this database knows; fewer than the file has: a backup was restored.

    `is_restored` says so outright, until the missing lines were replayed.
    """

    __tablename__ = "ledger_place"

    id: int = Field(default=1, primary_key=True)
    lines: int = 0
    is_restored: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
