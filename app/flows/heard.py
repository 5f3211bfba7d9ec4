"""Notes that a resident was heard."""

from datetime import datetime

from sqlalchemy import bindparam, case, or_, update
from sqlmodel import Session

from app.models.base import columns_of
from app.models.people import Resident

RESIDENT = columns_of(Resident)
AT = bindparam("at", type_=RESIDENT.c.last_heard_at.type)
IS_NEWER = or_(RESIDENT.c.last_heard_at.is_(None), RESIDENT.c.last_heard_at < AT)
# Forward only, for a late sign may arrive after a newer one; but always an update, for it locks the resident.
MOVE = (
    update(RESIDENT)
    .where(RESIDENT.c.id == bindparam("of"))
    .values(last_heard_at=case((IS_NEWER, AT), else_=RESIDENT.c.last_heard_at))
)


def note(session: Session, resident: Resident, *, at: datetime) -> None:
    """Move the last moment heard forward, never back; until the commit, nobody else shares for this resident."""
    session.exec(MOVE, params={"of": resident.id, "at": at})
