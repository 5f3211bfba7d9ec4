"""The log that only grows: who did what, when, as the resident may read it ("wie wist wat")."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from app.auth import Keys
from app.errors import Unreadable
from app.models.base import columns_of
from app.models.circle import Contact
from app.models.people import Resident
from app.models.record import LogLine
from app.models.work import Member, Organisation
from app.phatic.when import Part, local_day, part_of
from app.phatic.wording import say

PURPOSE = "log"
RESIDENT = columns_of(Resident)
ADD = insert(columns_of(LogLine))


@dataclass(frozen=True, slots=True)
class Told:
    """One line as it is read: a sentence, and the day and part of the day in the resident's zone."""

    number: int
    kind: str
    sentence: str
    day: date
    part: Part


def write(session: Session, resident_id: UUID, kind: str, now: datetime, **names: str | UUID | None) -> None:
    """Add one line, numbered and chained under the resident's row lock; `log.{kind}` is its sentence.

    Of people the id is kept (`contact=contact.id`), not the name: a name that is erased is erased here too.
    Never called for ambient reading, and never for who declined.
    """
    head = select(Resident.hand, Resident.log_head).where(Resident.id == resident_id).with_for_update()
    hand, last = session.exec(head).one()
    line = LogLine(
        resident_id=resident_id,
        number=(last["number"] if last else 0) + 1,
        kind=kind,
        names={name: str(value) for name, value in names.items() if value is not None},
        written_at=now,
        chain="",
    )
    line.chain = _link(hand, last["chain"] if last else "", line)
    session.exec(ADD, params=line.model_dump())
    session.exec(
        update(RESIDENT)
        .where(RESIDENT.c.id == resident_id)
        .values(log_head={"number": line.number, "chain": line.chain})
    )


def verify(session: Session, resident_id: UUID) -> bool:
    """Tell whether each line is as it was written, and none is missing, at the end neither."""
    hand, head = session.exec(select(Resident.hand, Resident.log_head).where(Resident.id == resident_id)).one()
    before, number = "", 0
    for line in session.exec(select(LogLine).where(LogLine.resident_id == resident_id).order_by(col(LogLine.number))):
        number += 1
        if line.number != number or not hmac.compare_digest(line.chain, _link(hand, before, line)):
            return False
        before = line.chain
    return (head or {"number": 0, "chain": ""}) == {"number": number, "chain": before}


def lines_of(
    session: Session, keys: Keys, resident: Resident, *, cursor: str | None, limit: int
) -> tuple[list[Told], str | None]:
    """Return a page of the log in words, newest first, and where to go on."""
    rows = select(LogLine).where(LogLine.resident_id == resident.id)
    if cursor:
        rows = rows.where(LogLine.number < _unseal(keys, cursor))
    found = session.exec(rows.order_by(col(LogLine.number).desc()).limit(limit + 1)).all()
    page = found[:limit]
    more = keys.seal_cursor(PURPOSE, str(page[-1].number).encode()) if len(found) > limit else None
    return tell(session, resident, page), more


def every_line(session: Session, resident: Resident) -> list[Told]:
    """Return the whole log in words, oldest first; for the resident's own export."""
    rows = select(LogLine).where(LogLine.resident_id == resident.id).order_by(col(LogLine.number))
    return tell(session, resident, session.exec(rows).all())


def tell(session: Session, resident: Resident, lines: Sequence[LogLine]) -> list[Told]:
    """Put lines into the resident's words; whose name was erased is "iemand"."""
    people = session.exec(select(Contact).where(Contact.resident_id == resident.id))
    known = {str(contact.id): contact.name for contact in people}
    for model, place in (
        (Member, "member"),
        (Member, "before_member"),
        (Member, "by_member"),
        (Organisation, "organisation"),
    ):
        ids = {UUID(line.names[place]) for line in lines if place in line.names}
        found = session.exec(select(model).where(col(model.id).in_(ids))) if ids else []
        known |= {str(one.id): one.name for one in found if one.name}
    return [_told(resident, line, known) for line in lines]


def _told(resident: Resident, line: LogLine, known: dict[str, str]) -> Told:
    language = resident.language
    names: dict[str, Any] = dict(line.names)
    told_as = (("before", "detail"), ("after", "detail"), ("channel", "channel"))
    told_as += (("outcome", "outcome"), ("agreed", "kind"))
    for place, prefix in told_as:
        if place in names:
            names[place] = say(language, f"log.{prefix}.{names[place]}")
    somebody = say(language, "log.somebody")
    names["name"] = known.get(names.get("contact") or names.get("member", ""), somebody)
    for place in ("member", "before_member", "by_member", "organisation"):
        names[place] = known.get(names.get(place, ""), somebody)
    names["resident"] = resident.name
    names["device"] = names.get("device") or say(language, "log.device")
    sentence = say(language, f"log.{line.kind}", **names)
    return Told(
        number=line.number,
        kind=line.kind,
        sentence=sentence[:1].upper() + sentence[1:],
        day=local_day(line.written_at, resident.time_zone),
        part=part_of(line.written_at, resident.time_zone),
    )


def _link(hand: str, before: str, line: LogLine) -> str:
    """Return an HMAC over the line and the one before; its key is the resident's own and sealed."""
    moment = line.written_at.astimezone(UTC).isoformat()
    said = json.dumps([before, line.number, line.kind, line.names, moment], sort_keys=True)
    return hmac.digest(bytes.fromhex(hand), b"log\0" + said.encode(), hashlib.sha256).hex()


def _unseal(keys: Keys, cursor: str) -> int:
    plain = keys.open_cursor(PURPOSE, cursor)
    if plain is None:
        raise Unreadable
    return int(plain)
