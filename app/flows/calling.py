"""The caseworker's rung of a silence: whoever has this resident in care is asked, in working hours."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.auth import Keys
from app.flows import asking, record, silences
from app.models.people import Resident
from app.models.silence import Silence
from app.models.work import Care, Member


def care_of(session: Session, resident: Resident, now: datetime) -> Care | None:
    """Return the care that a resident said yes to and that counts by now."""
    return session.exec(
        select(Care)
        .where(Care.resident_id == resident.id, Care.state == "active", col(Care.from_at) <= now)
        .order_by(col(Care.from_at))
        .limit(1)
    ).first()


def ask_caseworker(session: Session, keys: Keys, resident: Resident, silence: Silence, now: datetime) -> None:
    """Hand a silence to the caseworker who has this resident in care: from now on the case has an owner."""
    care = care_of(session, resident, now)
    if care is None:
        return
    member = session.get_one(Member, care.member_id)
    silence.state = silences.CASEWORKER_WAITING
    person = asking.member_as_person(member, resident.time_zone)
    asking.ask(session, keys, silence, person, rung="caseworker", now=now)
    record.write(session, resident.id, "silence-caseworker", now, member=member.id)
