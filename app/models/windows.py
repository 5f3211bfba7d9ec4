"""What comes in and goes out where a phone, a key on paper or a window is made."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class PaperKeyOut(BaseModel):
    """A paper key, told once."""

    paper_key: str


class DisplayOut(BaseModel):
    """A window of a contact's own."""

    id: UUID
    created_at: datetime


class DisplayMadeOut(BaseModel):
    """A new window; its token is told once, and shows drawing and words only."""

    display: DisplayOut
    token: str
