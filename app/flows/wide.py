"""Hides more around every place ("ruim"), at once and for good: what is hidden now leaves kept pictures too."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app import ledger
from app.flows import memory, once, record
from app.models.people import Resident
from app.models.walks import Walk
from app.phatic import blur, form, places
from app.phatic.sketch import Sketch


def widen(session: Session, resident_id: UUID, now: datetime) -> Resident:
    """Draw wide discs from now on, and redraw what is kept under them; a second time changes nothing.

    There is no way back: what a smaller disc would show again lies in a ring whose middle is the disc's, and the
    ledger keeps it from coming back with an older database. Discs keep their centres.
    """
    resident = session.get_one(Resident, resident_id, with_for_update=True)
    if resident.is_wide:
        return resident
    resident.is_wide = True
    session.add(resident)
    session.flush()
    _redraw(session, resident)
    once.forget_answers_about(session, resident.id)
    ledger.note(session, "wide", resident.id)
    record.write(session, resident.id, "discs-widened", now)
    return resident


def _redraw(session: Session, resident: Resident) -> None:
    secrets, before = memory.secrets_of(resident), memory.discs_of(session, resident)
    now = places.hiding(before, secrets)
    drawn = select(Walk).where(Walk.resident_id == resident.id, col(Walk.sketch).is_not(None))
    for walk in session.exec(drawn):
        kept = Sketch.from_json(walk.sketch or {})
        sketch = blur.redrawn(kept, secrets, before, now)
        if sketch == kept:
            continue
        walk.sketch = sketch.to_json() if sketch else None
        walk.sketch_glyph = str(form.of_sketch(sketch)) if sketch else None
        session.add(walk)
    session.flush()
