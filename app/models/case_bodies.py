"""What comes in and goes out where a caseworker asks, looks, acts and hands over."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from app.models.bodies import In, Language, Line, Name, PairingOut, TimeZone
from app.phatic.teken import ResidentName

NOTE_CHARACTERS = 280  # `trust.md` 35

Outcome = Literal["well", "away", "phone", "helped", "admitted", "moved", "died", "unknown"]
CaseState = Literal["quiet", "circle_asked", "caseworker_waiting", "acknowledged", "paused", "held", "frozen"]
Note = Annotated[Line, StringConstraints(min_length=1, max_length=NOTE_CHARACTERS)]


class RequestOut(BaseModel):
    """What a caseworker asked: all that they learn is that it lies there."""

    id: UUID
    state: Literal["asked"] = "asked"


class AskedOut(BaseModel):
    """What a caseworker asked of a resident, as the resident reads it; `words` are what a yes would mean."""

    id: UUID
    member: str
    organisation: str
    state: Literal["asked", "active"]
    words: str
    from_at: datetime | None = None


class NoIn(In):
    """How a resident says no; `never` also keeps this organisation's later questions away, and nobody is told."""

    never: bool = False


class CareCodeOut(BaseModel):
    """Eight letters to read aloud to a caseworker."""

    code: str
    expires_at: datetime


class NewcomerIn(In):
    """A resident whom a caseworker helps to begin."""

    name: Name
    language: Language | None = None
    time_zone: TimeZone = "Europe/Amsterdam"


class BegunOut(BaseModel):
    """A resident who begins, told to the caseworker beside them once."""

    resident: ResidentName
    request: RequestOut
    pairing: PairingOut


class PairingForIn(In):
    """For whom a caseworker makes a new way in; a resident leaves it out."""

    resident_id: UUID | None = None


class CaseItem(BaseModel):
    """One line of a caseload: state words, and nothing else (`product.md`, agreements 10)."""

    id: UUID
    name: str
    agreement_words: str
    state: CaseState
    since_words: str
    next_step_words: str
    owner: str


class ActOut(BaseModel):
    """One thing that was done in this silence, in words, on which day and in which part of it."""

    sentence: str
    day: date
    part: Literal["night", "morning", "afternoon", "evening"]


class CaseOut(CaseItem):
    """One case. History, plan and an empty circle show only once the silence has come to its caseworker."""

    resident: ResidentName
    plan: str | None = None
    circle_is_empty: bool | None = None
    history: list[ActOut]
    handovers: list["HandoverOut"]


class AcknowledgementIn(In):
    """Why a caseworker takes a case, and when they look again; the resident reads it too."""

    reason: Note
    follow_up_at: AwareDatetime


class ClosingIn(In):
    """How a silence ended; no diagnosis. The resident reads the note too."""

    outcome: Outcome
    note: Note | None = None


class HandoverIn(In):
    """To whom a case goes, from which day, and until which if it comes back."""

    to: UUID
    from_: Annotated[date, Field(alias="from")]
    until: date | None = None

    @model_validator(mode="after")
    def end_after_the_begin(self) -> Self:
        """Refuse an end before the begin."""
        if self.until is not None and self.until < self.from_:
            raise ValueError("ends before it begins")
        return self


class HandoverOut(BaseModel):
    """A hand-over that was offered."""

    id: UUID
    case_id: UUID
    from_name: str
    to_name: str
    from_day: date
    until_day: date | None = None
    state: Literal["offered", "accepted", "refused", "ended"]


class WayBackOut(BaseModel):
    """A way back in for a resident without phone and paper; it opens a day after a second caseworker's yes."""

    id: UUID
    state: Literal["asked", "confirmed", "refused", "used"]
    opens_at: datetime | None = None


class ReviewOut(BaseModel):
    """One "klopt dit nog?": who sees what, in words."""

    id: UUID
    words: list[str]
    lapses_at: datetime
