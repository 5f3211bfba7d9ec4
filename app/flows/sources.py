"""Which signs count as signs of life: a tap and an ended walk do, another app's only if the resident says so."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from app.flows import record
from app.models.people import Device, Resident
from app.models.walks import Teken
from app.phatic.clockwork import is_clockwork

# As long as the exact time of a sign is kept (`flows/retention.py`), and the day of the daily job.
LOOKS_BACK: Final = timedelta(days=8)


def let_count(session: Session, device: Device, now: datetime, *, counts: bool) -> Device:
    """Let what a device brings count for the agreement about silence, or no longer."""
    if device.counts != counts:
        device.counts = counts
        session.add(device)
        kind = "source-counts" if counts else "source-counts-not"
        record.write(session, device.resident_id, kind, now, device=device.name)
    return device


def seems_a_machine(session: Session, resident: Resident, now: datetime) -> bool:
    """Tell whether taps came on seven days at the very same moment: "Komt dit van jou?"."""
    taps = select(Teken.happened_at).where(Teken.resident_id == resident.id, Teken.kind == "checkin")
    exact = taps.where(col(Teken.is_exact), Teken.made_at > now - LOOKS_BACK)
    return is_clockwork(session.exec(exact).all())
