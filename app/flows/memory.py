"""What stays of walks: lattices and discs for good, Sketches only while somebody may see a place."""

from collections.abc import Sequence

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from app.models.circle import Contact
from app.models.people import Resident
from app.models.walks import DiscRow, Walk
from app.phatic.blur import Release
from app.phatic.places import Disc
from app.phatic.plane import Plane, Secrets
from app.phatic.sketch import Sketch
from app.phatic.teken import PLACED


def secrets_of(resident: Resident) -> Secrets:
    """Return the resident's secret lattices, and whether discs are wide."""
    return Secrets(planes=tuple(Plane.from_json(plane) for plane in resident.planes), wide=resident.is_wide)


def discs_of(session: Session, resident: Resident) -> Sequence[Disc]:
    """Return every disc that was ever drawn for this resident, the oldest first: around that one curls are shown."""
    rows = session.exec(
        select(DiscRow).where(DiscRow.resident_id == resident.id).order_by(col(DiscRow.number), col(DiscRow.id))
    )
    return [Disc.from_json(row.disc) for row in rows]


def earlier(session: Session, resident: Resident) -> Sequence[Sketch]:
    """Return the kept Sketches: a usual round is released as it was before."""
    kept = session.exec(
        select(Walk.sketch)
        .where(Walk.resident_id == resident.id, col(Walk.sketch).is_not(None))
        .order_by(col(Walk.arrived_at), col(Walk.id))
    )
    return [Sketch.from_json(sketch) for sketch in kept if sketch]


def remember(session: Session, resident: Resident, release: Release) -> None:
    """Keep what a walk founded: discs and lattices, for good."""
    if release.new_discs:
        known = session.exec(select(func.count()).where(DiscRow.resident_id == resident.id)).one()
        numbered = enumerate(release.new_discs, known)
        session.add_all(DiscRow(resident_id=resident.id, number=n, disc=disc.to_json()) for n, disc in numbered)
    if release.new_planes:
        resident.planes = [*resident.planes, *(plane.to_json() for plane in release.new_planes)]
        session.add(resident)


def sketch_is_needed(session: Session, resident: Resident) -> bool:
    """Tell whether anybody may see a place, or the resident keeps Sketches for themselves (`trust.md` 20)."""
    if resident.keeps_sketches:
        return True
    somebody = session.exec(
        select(Contact.id)
        .where(Contact.resident_id == resident.id, col(Contact.detail).in_(PLACED))
        .where(col(Contact.state).in_(["active", "waiting"]), col(Contact.is_quiet).is_(False))
        .limit(1)
    ).first()
    return somebody is not None


def forget_unseen_sketches(session: Session, resident: Resident) -> None:
    """Drop the Sketches of released walks when the last person who could see a place has gone."""
    if not sketch_is_needed(session, resident):
        session.exec(
            update(Walk)
            .where(col(Walk.resident_id) == resident.id, col(Walk.state) == "released")
            .values(sketch=None)
            # The walk at hand keeps its own until the answer is shaped: its previews are told once more.
            .execution_options(synchronize_session=False)
        )
