"""What comes in and goes out of the HTTP endpoints, besides the teken itself."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from unicodedata import category
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from app.phatic.teken import Detail, ResidentName, TekenOut

# No control characters and no line or paragraph separators: a name goes into mail headers and window titles.
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
# Embeddings, overrides and isolates (UAX 9): they go on after the name's own end.
TURNING = {chr(sign) for sign in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
SKETCH_WORDS = 140

Role = Literal["contact", "key_holder"]
Language = Literal["nl", "en"]


def turns_nothing_round(text: str) -> str:
    """Refuse the signs that turn the direction of what follows: the rest of a sentence would be read backwards."""
    if TURNING & set(text):
        raise ValueError("turns the text round")
    return text


def _can_be_seen(name: str) -> str:
    """Refuse a name of nothing but blanks and signs without a width; between letters they have their use."""
    if all(category(sign) in {"Cf", "Mn", "Zs"} for sign in name):
        raise ValueError("nothing to be seen")
    return name


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("unknown time zone") from error
    return name


Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=ONE_LINE), AfterValidator(turns_nothing_round)]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=80), AfterValidator(_can_be_seen)]
DeviceName = Annotated[Line, StringConstraints(max_length=80)]
OwnWords = Annotated[Line, StringConstraints(max_length=SKETCH_WORDS)]
TimeZone = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+\-/]+$"), AfterValidator(_known_zone)]

Item = TypeVar("Item")


class In(BaseModel):
    """A request body; what we do not know is refused, so that a typing error is not lost in silence."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[Item]):
    """A list, and where to go on."""

    items: list[Item]
    next: str | None = None

    @model_serializer(mode="wrap")
    def keep_next(self, shape: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is absent in the items, but always say whether there is more."""
        return {"next": None} | shape(self)


class SignUpIn(In):
    """How a resident starts."""

    name: Name
    language: Language | None = None
    time_zone: TimeZone = "Europe/Amsterdam"


class ResidentOut(BaseModel):
    """A resident, to themselves."""

    id: UUID
    name: str
    language: str
    time_zone: str


class StartedOut(BaseModel):
    """What is told once at the start: keep the token on the device, the paper key on paper."""

    resident: ResidentOut
    token: str
    paper_key: str


class PairingOut(BaseModel):
    """A way in for one new device: read the code aloud (15 minutes) or open the link (7 days)."""

    code: str
    url: str
    qr_svg: str
    expires_at: datetime


class PairIn(In):
    """Who binds a device may name it."""

    device_name: DeviceName = ""


class PairedOut(BaseModel):
    """A device that was just bound."""

    resident: ResidentOut
    token: str


class DeviceIn(In):
    """An app that may only bring walks and check-ins."""

    name: DeviceName
    kind: Literal["upload"]


class DeviceOut(BaseModel):
    """A device of the resident, new until an older one said "Ja, dat ben ik"; `counts`: as a sign of life."""

    id: UUID
    name: str
    kind: Literal["phone", "upload"]
    created_at: datetime
    is_this: bool
    is_new: bool
    counts: bool


class MeOut(BaseModel):
    """The caller's own settings."""

    kind: Literal["resident", "contact", "member"]
    id: UUID
    name: str | None = None
    language: str
    time_zone: str | None = None
    keeps_sketches: bool | None = None
    circle_is_known: bool | None = None
    sign_days: int | None = None
    is_wide: bool | None = None


class MeIn(In):
    """What the caller changes of themselves; a contact has no name or Sketches here."""

    name: Name | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None
    keeps_sketches: bool | None = None
    circle_is_known: bool | None = None
    sign_days: Literal[7, 400] | None = None
    is_wide: Literal[True] | None = None  # one way: discs never become smaller


class InvitationIn(In):
    """Whom the resident wants in the circle, and what they will see."""

    name: Name
    role: Role = "contact"
    detail: Detail = "drawing"
    order: int | None = Field(default=None, ge=1, le=1000)


class InvitationOut(BaseModel):
    """An invitation that waits for its answer."""

    id: UUID
    contact_id: UUID
    name: str
    role: Role
    detail: Detail
    expires_at: datetime


class InvitedOut(BaseModel):
    """The way in for one contact, told once."""

    invitation: InvitationOut
    code: str
    url: str
    qr_svg: str


class AcceptIn(In):
    """What somebody says of themselves when they accept; nothing is required."""

    name: Name | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None
    sixteen_or_older: bool | None = None


class GrantOut(BaseModel):
    """A contact's own grant."""

    id: UUID
    resident: ResidentName
    role: Role
    detail: Detail
    state: Literal["active", "waiting"]


class AcceptedOut(BaseModel):
    """A grant that was just accepted, and the token that goes with it."""

    contact: GrantOut
    token: str


class ContactIn(In):
    """What the resident changes for one contact."""

    detail: Detail | None = None
    role: Role | None = None
    order: int | None = Field(default=None, ge=1, le=1000)
    quiet: bool | None = None
    sees_ladder: bool | None = None
    takes_waves: bool | None = None


class ContactOut(BaseModel):
    """Somebody in the circle, as the resident sees them."""

    id: UUID
    name: str
    role: Role
    detail: Detail
    order: int
    state: Literal["invited", "waiting", "active"]
    quiet: bool
    sees_ladder: bool
    takes_waves: bool


class MyGrantOut(BaseModel):
    """What a contact was granted."""

    id: UUID
    detail: Detail
    role: Role


class MembershipOut(BaseModel):
    """One circle that a contact is in: the resident and themselves; `circle` names the others where all know all."""

    resident: ResidentName
    me: MyGrantOut
    circle: list[str] | None = None


class ConsentOut(BaseModel):
    """One line of consent: what was agreed, in which words, from when until when."""

    id: UUID
    contact_id: UUID
    name: str
    detail: Detail
    words: str
    version: str
    language: str
    helped_by: str | None = None
    from_at: datetime
    until_at: datetime | None = None


class LogLineOut(BaseModel):
    """One line of "wie wist wat": a sentence, on which day and in which part of it, in the resident's zone."""

    number: int
    kind: str
    sentence: str
    day: date
    part: Literal["night", "morning", "afternoon", "evening"]


class TapIn(In):
    """What may come with a tap."""

    occurred_at: AwareDatetime | None = None
    vocabulary_id: Annotated[str, StringConstraints(max_length=64, pattern=r"^[\w\-]*$")] | None = None
    words: OwnWords | None = None
    rest: bool = False
    battery: Annotated[float, Field(ge=0, le=100)] | None = None


class SharedOut(BaseModel):
    """A sign that was just given."""

    teken: TekenOut


class PreviewsOut(BaseModel):
    """A walk as a contact with each of the four details gets it."""

    sign: TekenOut
    drawing: TekenOut
    area: TekenOut
    route: TekenOut


class WalkOut(BaseModel):
    """A walk of the resident's own; a withdrawn one has nothing left to show."""

    id: UUID
    state: Literal["held", "released", "withdrawn"]
    release_at: datetime
    occurred_at: datetime
    mark: Literal["cut-to-arrival", "untimed"] | None = None
    previews: PreviewsOut | None = None


class WalkAnswer(BaseModel):
    """One walk."""

    walk: WalkOut


class WaveIn(In):
    """To whom a wave goes, when it answers no sign in particular."""

    resident_id: UUID


class Empty(In):
    """A body without anything in it."""


def wanted(body: BaseModel) -> dict[str, Any]:
    """Return only what was really said, without nulls."""
    return body.model_dump(exclude_unset=True, exclude_none=True)
