"""A caseworker's own list: who waits for them, in state words; and the line that says they looked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from app.access_work import counts, was_asked
from app.flows import record
from app.models.circle import Contact
from app.models.people import Resident
from app.models.record import LogLine
from app.models.silence import Agreement, Pause, Question, Silence
from app.models.work import Care, CaseAct, Member, Organisation, WorkSession
from app.phatic import caseload
from app.phatic.caseload import Standing
from app.phatic.when import at_clock, local_day
from app.phatic.wording import say

ACKNOWLEDGEMENT, CLOSING = "acknowledgement", "closing"
LOOKED = "caseload-opened"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a caseload."""

    care: Care
    resident: Resident
    owner: Member
    agreement: Agreement | None
    silence: Silence | None
    standing: Standing

    @property
    def state(self) -> str:
        """Return the one state word."""
        return caseload.state_of(self.standing)


def lines_of(session: Session, member: Member, now: datetime) -> list[Line]:
    """Return a caseworker's lines, who waits longest first: their own, and those they were asked about."""
    in_house = select(Care).where(Care.organisation_id == member.organisation_id, Care.state == "active")
    cares = [care for care in session.exec(in_house) if counts(care, now)]
    mine = [care for care in cares if care.member_id == member.id or was_asked(session, member, care)]
    lines = [line_of(session, care, now) for care in mine]
    return sorted(lines, key=lambda line: caseload.order_of(line.standing, line.resident.name))


def line_of(session: Session, care: Care, now: datetime) -> Line:
    """Return how it stands with one resident."""
    resident = session.get_one(Resident, care.resident_id)
    silence = open_silence(session, resident.id)
    return Line(
        care=care,
        resident=resident,
        owner=session.get_one(Member, care.member_id),
        agreement=session.get(Agreement, resident.id),
        silence=silence,
        standing=Standing(
            silence_state=silence.state if silence else None,
            since_at=silence.due_at if silence else None,
            is_paused=_is_paused(session, resident.id, now),
            is_held=silence is not None and silence.held_at is not None,
            is_frozen=resident.frozen_at is not None,
            circle_is_empty=_is_alone(session, resident.id),
            looks_again_at=_looks_again_at(session, silence),
        ),
    )


def open_silence(session: Session, resident_id: UUID) -> Silence | None:
    """Return the silence that is open for a resident, if there is one."""
    found = select(Silence).where(Silence.resident_id == resident_id, col(Silence.closed_at).is_(None))
    return session.exec(found.order_by(col(Silence.opened_at).desc())).first()


def _is_paused(session: Session, resident_id: UUID, now: datetime) -> bool:
    pause = select(Pause.id).where(Pause.resident_id == resident_id, col(Pause.ended_at).is_(None))
    return session.exec(pause.where(Pause.from_at <= now, Pause.until_at > now).limit(1)).first() is not None


def _is_alone(session: Session, resident_id: UUID) -> bool:
    asks = select(Contact.id).where(Contact.resident_id == resident_id, Contact.state == "active")
    return session.exec(asks.where(col(Contact.sees_ladder)).limit(1)).first() is None


def _looks_again_at(session: Session, silence: Silence | None) -> datetime | None:
    if silence is None:
        return None
    acts = select(CaseAct).where(CaseAct.silence_id == silence.id, CaseAct.kind == ACKNOWLEDGEMENT)
    newest = session.exec(acts.order_by(col(CaseAct.made_at).desc())).first()
    return newest.follow_up_at if newest else None


def item_of(session: Session, line: Line, language: str, now: datetime) -> dict[str, object]:
    """Return one line in words; exactly what the contract names, and nothing besides (`product.md`, 10)."""
    zone = ZoneInfo(session.get_one(Organisation, line.care.organisation_id).time_zone)
    kind = line.agreement.kind if line.agreement else "greetings"
    return {
        "id": line.care.id,
        "name": line.resident.name,
        "agreement_words": say(language, f"work.agreement.{kind}"),
        "state": line.state,
        "since_words": caseload.since_words(
            line.standing, language=language, time_zone=line.resident.time_zone, now=now
        ),
        "next_step_words": caseload.next_step_words(line.standing, language=language, owner=line.owner.name, zone=zone),
        "owner": line.owner.name,
    }


def history_of(session: Session, line: Line, language: str) -> list[tuple[str, datetime]]:
    """Return what happened in the open silence, oldest first, once it has come to its caseworker.

    Of the circle is told that somebody was asked, took it up or spoke: never who, and never who declined.
    """
    if line.state not in {caseload.WAITING, caseload.ACKNOWLEDGED} or line.silence is None:
        return []
    silence, told = line.silence, []
    asked = select(Question).where(Question.silence_id == silence.id).order_by(col(Question.asked_at))
    circle = [question.asked_at for question in session.exec(asked) if question.contact_id]
    if circle:
        told.append((say(language, "work.history.circle_asked"), circle[0]))
    if silence.spoke_at:
        told.append((say(language, "work.history.spoke"), silence.spoke_at))
    for act in session.exec(select(CaseAct).where(CaseAct.silence_id == silence.id)):
        member = session.get(Member, act.member_id) if act.member_id else None
        name = member.name if member else say(language, "log.somebody")
        told.append((say(language, f"work.history.{act.kind}", member=name, text=act.text or ""), act.made_at))
    return sorted(told, key=lambda one: one[1])


def plan_of(line: Line) -> str | None:
    """Return the resident's plan, in an open silence that has come to its caseworker (`trust.md` 17)."""
    is_there = line.state in {caseload.WAITING, caseload.ACKNOWLEDGED}
    return line.agreement.plan if is_there and line.agreement else None


def is_first_look(session: Session, member: Member, now: datetime) -> bool:
    """Tell whether a caseworker opens their list for the first time today, in any session."""
    today = local_day(now, session.get_one(Organisation, member.organisation_id).time_zone)
    looked = select(WorkSession.id).where(WorkSession.member_id == member.id, WorkSession.looked_on == today)
    return session.exec(looked.limit(1)).first() is None


def not_yet_told(session: Session, member: Member, lines: Sequence[Line], now: datetime) -> Sequence[Line]:
    """Return the lines whose resident cannot read yet that this caseworker opened the list today.

    At the first look of a day all of them; later whoever came onto the list since.
    """
    if is_first_look(session, member, now):
        return lines
    zone = session.get_one(Organisation, member.organisation_id).time_zone
    today = at_clock(local_day(now, zone), time(0), zone)
    theirs = col(LogLine.resident_id).in_([line.resident.id for line in lines])
    opened = select(LogLine).where(theirs, LogLine.kind == LOOKED, LogLine.written_at >= today)
    told = {one.resident_id for one in session.exec(opened) if one.names.get("member") == str(member.id)}
    return [line for line in lines if line.resident.id not in told]


def note_look(session: Session, work_id: UUID, member: Member, now: datetime) -> None:
    """Keep that the list was opened today; when, is no business of anybody's."""
    work = session.get_one(WorkSession, work_id)
    work.looked_on = local_day(now, session.get_one(Organisation, member.organisation_id).time_zone)
    session.add(work)


def write_looks(unit: Callable[[], object], member: Member, lines: Sequence[Line], now: datetime) -> None:
    """Write the day's line for each resident on a list, each in a transaction of their own (`trust.md` 36)."""
    for line in lines:
        with unit() as session:  # ty: ignore[invalid-context-manager]  # house.db.write
            note(session, line.care, member, LOOKED, now)


def note(session: Session, care: Care, member: Member, kind: str, now: datetime, **names: str | None) -> None:
    """Write one line about what a caseworker did or saw."""
    record.write(session, care.resident_id, kind, now, member=member.id, organisation=care.organisation_id, **names)
