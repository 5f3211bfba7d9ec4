"""When many of one organisation's residents grow silent at once, it is seldom them: their circles are not asked yet."""

from datetime import datetime

import structlog
from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.flows import asking, organisations
from app.models.silence import Agreement, Silence
from app.models.work import Care, Organisation
from app.phatic.holding import AT_ONCE, LONGEST, is_too_many

NOTE = "mass-silence"
log = structlog.get_logger("teken.holding")


def organisation_is_held(session: Session, organisation: Organisation, now: datetime) -> bool:
    """Tell whether rungs past the resident wait for an organisation's residents; it is told once, when that begins.

    Held as long as so many are silent, and twelve hours at most: by then its caseworkers have known for a day's work.
    """
    if organisation.held_since and now >= organisation.held_since + LONGEST:
        if not _are_many(session, organisation, now):
            organisation.held_since = None
            session.add(organisation)
        return False
    is_held = _are_many(session, organisation, now)
    if is_held and organisation.held_since is None:
        organisation.held_since = organisation.held_told_at = now
        log.warning("organisation-held", organisation=str(organisation.id))
        for member in organisations.members_of(session, organisation.id, "caseworker", "deputy", "lead"):
            asking.tell_member(session, member, NOTE, now)
    if not is_held:
        organisation.held_since = None
    session.add(organisation)
    session.flush()
    return is_held


def _are_many(session: Session, organisation: Organisation, now: datetime) -> bool:
    """Count the residents in care, and those who fell silent within the same two hours (of when the hold began)."""
    since = (organisation.held_since or now) - AT_ONCE
    in_care = (
        select(Care.resident_id)
        .join(Agreement, col(Agreement.resident_id) == Care.resident_id)
        .where(Care.organisation_id == organisation.id, Care.state == "active", col(Care.from_at) <= now)
        .where(Agreement.kind != "greetings")
    )
    all_of_them = session.exec(select(func.count()).select_from(in_care.subquery())).one()
    silent = (
        select(func.count())
        .select_from(Agreement)
        .join(Silence, col(Silence.id) == Agreement.silence_id, isouter=True)
        .where(col(Agreement.resident_id).in_(in_care))
        .where(
            or_(
                (col(Silence.closed_at).is_(None)) & (col(Silence.due_at) > since) & (col(Silence.due_at) <= now),
                (col(Agreement.silence_id).is_(None))
                & (col(Agreement.next_due_at) > since)
                & (col(Agreement.next_due_at) <= now),
            )
        )
    )
    return is_too_many(session.exec(silent).one(), all_of_them)
