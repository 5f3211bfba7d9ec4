"""What comes in and goes out where an organisation and its caseworkers are spoken of."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from holidays import country_holidays
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from app.models.addresses import ClockTime, Where
from app.models.bodies import In, Language, Line, Name, TimeZone

MemberRole = Literal["caseworker", "deputy", "lead", "admin"]
Weekday = Literal["0", "1", "2", "3", "4", "5", "6"]
Short = Annotated[Line, StringConstraints(min_length=1, max_length=120)]
Digits = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]
Link = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


def _in_order(pair: tuple[str, str]) -> tuple[str, str]:
    if pair[0] >= pair[1]:
        raise ValueError("ends before it begins")
    return pair


def _with_calendar(country: str) -> str:
    try:
        country_holidays(country or "NL")
    except NotImplementedError as error:
        raise ValueError("no calendar of this country") from error
    return country


Span = Annotated[tuple[ClockTime, ClockTime], AfterValidator(_in_order)]
# Whose public holidays are known: with any other an organisation's working time could not be reckoned.
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$"), AfterValidator(_with_calendar)]
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
    somebody_answers_in_working_hours: bool
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
    holidays: Country | None = None
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
