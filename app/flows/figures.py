"""What an organisation may know in figures: how many are in care, how silences ended; never about fewer than five."""

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.access_work import counts
from app.models.silence import Silence
from app.models.work import Care, Organisation
from app.phatic.figures import hide_small, tellable

QUARTER = timedelta(days=91)


def of(session: Session, organisation: Organisation, now: datetime) -> dict[str, int]:
    """Return figures by what they are of: `in_care`, `silences` of a quarter, and those by `outcome.…`.

    People are counted, not silences: five silences of one person would be about that one. Who said yes is counted
    from when it counts: until then it can be taken back unseen.
    """
    cares = session.exec(select(Care).where(Care.organisation_id == organisation.id, Care.state == "active")).all()
    in_care = {care.resident_id for care in cares if counts(care, now)}
    closed = session.exec(
        select(Silence.resident_id, Silence.outcome)
        .where(col(Silence.resident_id).in_(in_care), col(Silence.closed_at) > now - QUARTER)
        .distinct()
    ).all()
    people = Counter(outcome or "unknown" for _, outcome in closed)
    told = {"in_care": tellable(len(in_care)), "silences": tellable(len({resident for resident, _ in closed}))}
    parts = hide_small(sum(people.values()), people)
    return {what: number for what, number in told.items() if number is not None} | {
        f"outcome.{outcome}": number for outcome, number in sorted(parts.items())
    }
