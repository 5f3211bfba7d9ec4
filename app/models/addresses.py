"""What comes in and goes out where somebody says how messages reach them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.bodies import ONE_LINE, In

ChannelName = Literal["email", "webhook"]
# Days that somebody means: near the ends of the calendar another day, or another zone, is no date any more.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Where = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2048, pattern=ONE_LINE)]
Secret = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class QuietHours(BaseModel):
    """When nothing should arrive, on the receiver's own clock; the same time twice is never."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: ClockTime = Field(alias="from")
    until: ClockTime


class SubscriptionIn(In):
    """Where somebody wants messages: `address`, or the same under the name `email` or `url`."""

    channel: ChannelName
    address: Where | None = None
    email: Where | None = None
    url: Where | None = None
    quiet_hours: QuietHours | None = None

    @model_validator(mode="after")
    def say_one_address(self) -> Self:
        """Take exactly one address, under a name that fits the channel."""
        other = self.url if self.channel == "email" else self.email
        if other is not None or sum(name is not None for name in (self.address, self.email, self.url)) != 1:
            raise ValueError("exactly one address")
        return self

    @property
    def where(self) -> str:
        """Return the address, whatever it was called."""
        return self.address or self.email or self.url or ""


class VerifyIn(In):
    """The secret from the mail's link; without it the question is asked anew."""

    code: Secret | None = None


class SubscriptionOut(BaseModel):
    """An address of the caller's own. `is_on` is false once it was stopped, or once it turned out not to exist."""

    id: UUID
    channel: ChannelName
    address: str
    verified: bool
    is_on: bool
    quiet_hours: QuietHours | None = None
    created_at: datetime


class SubscriptionAnswer(BaseModel):
    """One address; `secret` signs a webhook's messages, and is told once."""

    subscription: SubscriptionOut
    secret: str | None = None
