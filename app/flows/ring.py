"""A ring of peers: each watches over each, without a caseworker or an organisation.

Nobody is enrolled without their own yes: the command makes empty accounts and invitations. Each opens their own link,
says yes to watching over each other one, and lets each in who watches over them: until both were said nothing flows.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from app.auth import Keys
from app.flows import circle, people
from app.models.people import Resident

STEP: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Seat:
    """One of a ring: how they come in, and their invitation into the circle of each other one."""

    resident: Resident
    link: str = field(repr=False)
    code: str = field(repr=False)
    invitations: dict[str, str] = field(repr=False)


def make(session: Session, keys: Keys, names: list[str], *, language: str, time_zone: str, now: datetime) -> list[Seat]:
    """Make one account for each name, and for each pair two invitations; nothing flows before they are accepted."""
    ring = []
    for name in names:
        resident, _ = people.add_resident(session, keys, name=name, language=language, time_zone=time_zone, now=now)
        # Made before the circle is invited: a pairing from outside works for who has neither a device nor a circle.
        ring.append((resident, people.make_pairing(session, keys, resident, now, is_own=True)))
    links: dict[str, dict[str, str]] = {str(resident.id): {} for resident, _ in ring}
    for watched, _ in ring:
        for watcher, _ in ring:
            if watcher is not watched:
                invited = circle.invite(
                    session, keys, watched, name=watcher.name, role="contact", detail="drawing", position=None, now=now
                )
                # As one that lay about for long: who is watched over says yes as well, for it was not they who asked.
                invited.invitation.made_at = now - circle.WORKS_AT_ONCE - STEP
                session.add(invited.invitation)
                links[str(watcher.id)][watched.name] = invited.link
    return [Seat(resident, link, code, links[str(resident.id)]) for resident, (_, code, link) in ring]
