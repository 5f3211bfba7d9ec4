"""What comes in and goes out about agreements, proposals, pauses, and accounts that rest."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.addresses import ClockTime
from app.models.bodies import In, Line, Name, OwnWords, turns_nothing_round
from app.phatic.agreed import EVERY_DAY
from app.phatic.teken import Detail

Kind = Literal["greetings", "calm", "daily"]
Level = Annotated[float, Field(json_schema_extra={"enum": [1, 0.5, 0.25]})]
Weekday = Annotated[int, Field(ge=0, le=6)]
Weekdays = Annotated[list[Weekday], Field(min_length=1, max_length=7)]
# More than one line, no other control character, and nothing that turns the rest round.
PLAN = r"^(\r?\n|[^\x00-\x1f\x7f-\x9f])*$"
Plan = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1000, pattern=PLAN),
    AfterValidator(turns_nothing_round),
]
RepresentativeKind = Literal["mentor", "curator", "administrator", "proxy", "family"]
LEVELS = (1.0, 0.5, 0.25)


def digits(weekdays: list[int] | None) -> str:
    """Return chosen weekdays (0 is Monday) as the flows keep them; none chosen is every day."""
    return EVERY_DAY if weekdays is None else "".join(str(day) for day in sorted(set(weekdays)))


class AgreementIn(In):
    """What the resident wants when it grows quiet; `at` and `weekdays` (0 is Monday) are for `daily`."""

    kind: Kind
    at: ClockTime | None = None
    weekdays: Weekdays | None = None
    rhythm: Literal["fixed", "own"] = "fixed"
    level: Level = 0.5
    plan: Plan | None = None
    helped_by: Name | None = None

    @model_validator(mode="after")
    def know_the_level(self) -> Self:
        """Take one of the three levels only."""
        if self.level not in LEVELS:
            raise ValueError("no such level")
        return self


class AgreementOut(BaseModel):
    """What is agreed; `works` is false when nobody is left who could be asked, and `why` says so."""

    kind: Kind
    at: ClockTime | None = None
    weekdays: Weekdays | None = None
    rhythm: Literal["fixed", "own"]
    level: float | None = None
    plan: str | None = None
    works: bool
    why: Literal["nobody"] | None = None
    why_words: str | None = None
    longest_wait_words: str
    offers_calmer: bool = False


class AgreementConsentOut(BaseModel):
    """One agreement there was, in the words that were shown, from when until when."""

    id: UUID
    kind: Kind
    words: str
    version: str
    language: str
    helped_by: str | None = None
    from_at: datetime
    until_at: datetime | None = None


class ProposalIn(In):
    """What somebody would like: another agreement, or more detail for themselves; one of the two."""

    resident_id: UUID
    kind: Kind | None = None
    at: ClockTime | None = None
    weekdays: Weekdays | None = None
    detail: Detail | None = None

    @model_validator(mode="after")
    def say_one_thing(self) -> Self:
        """Take exactly one wish."""
        if (self.kind is None) == (self.detail is None):
            raise ValueError("exactly one wish")
        return self


class ProposalOut(BaseModel):
    """What somebody proposed, to the resident: `open`, or `soon` after a yes that has not begun."""

    id: UUID
    by: str | None = None
    kind: Kind | None = None
    at: ClockTime | None = None
    weekdays: Weekdays | None = None
    detail: Detail | None = None
    state: Literal["open", "soon", "done", "declined"]
    effective_at: datetime | None = None


class ProposedOut(BaseModel):
    """What somebody proposed, to themselves: "nog niet" is all they learn until it is so."""

    resident_id: UUID
    kind: Kind | None = None
    detail: Detail | None = None
    words: str


class AnswerIn(In):
    """A no; with `never_again` this person's proposals are no longer shown, and nothing tells them."""

    never_again: bool = False


class PauseIn(In):
    """From when (now, if not said) until when no silence counts; `shown_to` are the contacts who may read it."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    from_: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime
    words: OwnWords | None = None
    shown_to: list[UUID] = Field(default_factory=list, max_length=100)


class PauseOut(BaseModel):
    """A pause of the resident's own."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    id: UUID
    from_: datetime = Field(alias="from")
    until: datetime
    words: str | None = None
    shown_to: list[UUID]


class PauseAnswer(BaseModel):
    """One pause."""

    pause: PauseOut


class FreezeIn(In):
    """Why an account should rest."""

    reason: Literal["died", "admitted"]


class FreezeOut(BaseModel):
    """Whether an account rests, or a second person has to say so too."""

    state: Literal["asked", "resting", "awake"]


class RepresentativeIn(In):
    """Who speaks for a resident in law, as a caseworker saw it on paper; half a year at most."""

    name: Name
    kind: RepresentativeKind
    until: AwareDatetime


class RepresentativeOut(BaseModel):
    """Who speaks for the resident: of which kind, who checked it, and until when."""

    name: Line
    kind: str
    checked_by: Line
    until: datetime


class RepresentativeAnswer(BaseModel):
    """Who speaks for the resident, if anybody does."""

    representative: RepresentativeOut | None = None


class DeviceChangeIn(In):
    """Whether what comes from a device counts as a sign of life."""

    counts: bool
