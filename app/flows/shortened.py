"""How long what is of a resident is kept, where an organisation in whose care they are keeps less; never more."""

from sqlmodel import Session, select

from app.models.people import Resident
from app.models.work import Care, Organisation

# `trust.md` 21
TEKEN_DAYS, CLOSED_EPISODE_DAYS = 400, 365


def teken_days(session: Session, resident: Resident) -> int:
    """Return how many days signs are kept at most."""
    return _shortest(session, resident, "teken_days", TEKEN_DAYS)


def closed_episode_days(session: Session, resident: Resident) -> int:
    """Return how many days a closed silence is kept."""
    return _shortest(session, resident, "closed_episode_days", CLOSED_EPISODE_DAYS)


def _shortest(session: Session, resident: Resident, what: str, most: int) -> int:
    of_care = select(Organisation).where(
        Care.organisation_id == Organisation.id, Care.resident_id == resident.id, Care.state == "active"
    )
    wanted = (organisation.retention.get(what) for organisation in session.exec(of_care))
    return min([most, *(days for days in wanted if days)])
