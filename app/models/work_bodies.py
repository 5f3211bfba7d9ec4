"""What comes in and goes out where an organisation and its caseworkers are spoken of."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from app.models.addresses import ClockTime, Where
from app.models.bodies import In, Language, Line, Name, PairingOut, TimeZone
from app.phatic.teken import ResidentName

NOTE_CHARACTERS = 280  # `trust.md` 35

MemberRole = Literal["caseworker", "deputy", "lead", "admin"]
Outcome = Literal["well", "away", "phone", "helped", "admitted", "moved", "died", "unknown"]
CaseState = Literal["quiet", "circle_asked", "caseworker_waiting", "acknowledged", "paused", "held", "frozen"]
Weekday = Literal["0", "1", "2", "3", "4", "5", "6"]
Note = Annotated[Line, StringConstraints(min_length=1, max_length=NOTE_CHARACTERS)]
Short = Annotated[Line, StringConstraints(min_length=1, max_length=120)]
Digits = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]
Link = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


def _in_order(pair: tuple[str, str]) -> tuple[str, str]:
    if pair[0] >= pair[1]:
        raise ValueError("ends before it begins")
    return pair


Span = Annotated[tuple[ClockTime, ClockTime], AfterValidator(_in_order)]
Week = Annotated[dict[Weekday, Span], Field(min_length=1)]


class BasisIn(In):
    """On which legal basis an organisation does this: a closed list, no free text but names (`trust.md` 35).

    `ground` is of article 6 of the GDPR, `exception` of article 9.
    """

    ground: Literal["consent", "legal_obligation", "vital_interests", "public_task"]
    law: Short
    article: Short
    exception: Literal["explicit_consent", "social_protection", "health_and_social_care", "vital_interests"]
    officer: Short
    date: date
    review: date

    @model_validator(mode="after")
    def look_again_later(self) -> Self:
        """Refuse a review before the decision itself."""
        if self.review <= self.date:
            raise ValueError("the review comes after the date")
        return self


class IntakeIn(In):
    """The questions before an organisation may enrol anybody; the answers decide whether it may."""

    decides_on_benefits: bool
    decides_on_enforcement: bool
    refusing_costs_nothing: bool
    answers_on_working_days: bool
    names_the_number_to_call: bool


class RetentionIn(In):
    """How long an organisation keeps what is of its residents; it may only shorten."""

    closed_episode_days: int | None = Field(default=None, ge=30, le=365)
    teken_days: int | None = Field(default=None, ge=7, le=400)


class OrganisationIn(In):
    """How an organisation begins; it can enrol nobody before its basis is known."""

    name: Name
    time_zone: TimeZone = "Europe/Amsterdam"


class OrganisationPatch(In):
    """What an admin changes."""

    name: Name | None = None
    time_zone: TimeZone | None = None
    holidays: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] | None = None
    basis: BasisIn | None = None
    intake: IntakeIn | None = None
    hours: Week | None = None
    retention: RetentionIn | None = None


class OrganisationOut(BaseModel):
    """An organisation, to who works there. `may_enrol` tells whether its basis and answers allow that."""

    id: UUID
    name: str
    time_zone: str
    holidays: str
    basis: BasisIn | None = None
    intake: IntakeIn | None = None
    hours: dict[str, tuple[str, str]]
    retention: RetentionIn
    may_enrol: bool


class MemberIn(In):
    """Whom an admin lets in; `email` is what they later come in by."""

    name: Name
    role: MemberRole
    language: Language | None = None
    email: Where | None = None


class MemberPatch(In):
    """What an admin changes of somebody who works there."""

    name: Name | None = None
    role: MemberRole | None = None


class MemberOut(BaseModel):
    """Somebody who works at an organisation."""

    id: UUID
    name: str
    role: MemberRole
    state: Literal["invited", "active"]


class MemberInvitedOut(BaseModel):
    """The way in for a member, told once."""

    member: MemberOut
    url: str
    qr_svg: str
    expires_at: datetime


class OrganisationMadeOut(BaseModel):
    """A new organisation with the way in for its first admin, told once."""

    organisation: OrganisationOut
    admin: MemberInvitedOut


class EnrolmentIn(In):
    """The secret of an invitation's link."""

    invitation: Link


class EnrolmentOut(BaseModel):
    """What an authenticator app needs, told once for an invitation."""

    name: str
    organisation: str
    secret: str
    url: str
    qr_svg: str


class SessionIn(In):
    """Who comes to work: by an invitation the first time (`email` is how they come in later), then by mail address."""

    invitation: Link | None = None
    email: Where | None = None
    totp: Digits

    @model_validator(mode="after")
    def say_who(self) -> Self:
        """Take one of the two at least."""
        if self.invitation is None and self.email is None:
            raise ValueError("an invitation or a mail address")
        return self


class SessionOut(BaseModel):
    """A session that ends after 15 idle minutes, and at `ends_at` at the latest."""

    token: str
    member: MemberOut
    organisation_id: UUID
    ends_at: datetime


class DutyIn(In):
    """One line of the roster, for each such weekday (0 is Monday) or for one day."""

    member_id: UUID
    weekday: int | None = Field(default=None, ge=0, le=6)
    day: date | None = None
    begins: ClockTime
    ends: ClockTime

    @model_validator(mode="after")
    def say_when(self) -> Self:
        """Take a weekday or a day, and an end after the begin."""
        if (self.weekday is None) == (self.day is None):
            raise ValueError("a weekday or a day")
        _in_order((self.begins, self.ends))
        return self


class RosterIn(In):
    """The whole roster: what is not in it is gone."""

    items: Annotated[list[DutyIn], Field(max_length=500)]


class GapOut(BaseModel):
    """Working time of tomorrow for which nobody is on the roster."""

    day: date
    begins: str
    ends: str


class RosterOut(BaseModel):
    """The roster, and what of tomorrow's working hours it leaves open."""

    items: list[DutyIn]
    gaps: list[GapOut]


class FigureOut(BaseModel):
    """One figure of an organisation; those about fewer than five people are not told."""

    what: str
    number: int


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
