"""Wave back: a sign of its own, that asks nothing and pushes nothing."""

from datetime import datetime

from sqlmodel import Session, select

from app.flows import changes
from app.models.circle import Contact
from app.models.people import Resident
from app.models.walks import Teken
from app.phatic import when


def wave(session: Session, resident: Resident, contact: Contact, now: datetime) -> tuple[Teken, bool]:
    """Wave to a resident; the next wave of the day is the first one again (`trust.md` 14), and says False."""
    today = when.local_day(now, resident.time_zone)
    first = session.exec(
        select(Teken).where(
            Teken.resident_id == resident.id, Teken.kind == "wave", Teken.contact_id == contact.id, Teken.day == today
        )
    ).first()
    if first:
        return first, False
    sign = Teken(
        resident_id=resident.id,
        kind="wave",
        contact_id=contact.id,
        happened_at=now,
        day=today,
        part=when.part_of(now, resident.time_zone),
        made_at=now,
        tell_at=now if contact.takes_waves else None,
        told_at=now if contact.takes_waves else None,
    )
    session.add(sign)
    session.flush()
    if contact.takes_waves:
        changes.note(session, resident.id, changes.WAVE, sign.id, now, for_resident_only=True)
    return sign, True
