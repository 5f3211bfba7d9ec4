"""What comes in and goes out where a phone, a key on paper or a window is made."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from app.models.bodies import DeviceOut


class PaperKeyOut(BaseModel):
    """A paper key, told once."""

    paper_key: str


class DeviceMadeOut(BaseModel):
    """A new upload device; its token is told once."""

    device: DeviceOut
    token: str


class DisplayOut(BaseModel):
    """A window of a contact's own."""

    id: UUID
    created_at: datetime


class DisplayMadeOut(BaseModel):
    """A new window; its token is told once, and shows drawing and words only."""

    display: DisplayOut
    token: str
