"""A resident and a contact straight in the database, for tests of flows and of the worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.flows import circle, people, subscriptions
from app.flows.circle import Newcomer
from app.flows.subscriptions import Owner, Wanted
from app.house import House
from app.models.circle import Contact
from app.models.outbox import Subscription
from app.models.people import Resident, Viewer


@dataclass(frozen=True)
class Circle:
    """One resident with one contact."""

    resident: Resident
    contact: Contact
    viewer: Viewer


def make_circle(house: House, *, detail: str = "drawing", time_zone: str = "Europe/Amsterdam") -> Circle:
    now = house.clock.now()
    with house.db.write() as session:
        resident, _ = people.add_resident(session, house.keys, name="Anna", language="nl", time_zone=time_zone, now=now)
        invited = circle.invite(
            session, house.keys, resident, name="Bas", role="contact", detail=detail, position=None, now=now
        )
        contact, _, _ = circle.accept(session, house.keys, invited.code, Newcomer(), viewer=None, now=now)
        return Circle(resident, contact, session.get_one(Viewer, contact.viewer_id))


def make_subscription(
    house: House,
    owner: Owner,
    channel: str = "email",
    where: str = "bas@post.example",
    *,
    verified_at: datetime | None = None,
    **given: Any,
) -> Subscription:
    """Make a verified address, without the question that comes first."""
    now = house.clock.now()
    with house.db.write() as session:
        made = subscriptions._new(house.keys, owner, Wanted(channel, where), now)
        made.quiet_from, made.quiet_until = given.get("quiet", subscriptions.QUIET_HOURS[channel])
        made.verified_at = verified_at or now
        session.add(made)
    return made
