"""A silence that came to its organisation: asked in turn, taken with a reason, closed with an outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.errors import Conflict, Unreadable
from app.flows import asking, caring, caseload, due, freezing, organisations, silences
from app.flows.working import hours_of
from app.models.people import Resident
from app.models.silence import Agreement, Question, Silence
from app.models.work import Care, CaseAct, Member, Organisation
from app.phatic import hours, roster
from app.phatic.caseload import ACKNOWLEDGED, WAITING
from app.phatic.cases import Case, Turn, next_call
from app.phatic.hours import Hours

# "We look again" is a promise of days, not of weeks.
LONGEST_FOLLOW_UP = timedelta(days=14)
# After these no message goes out any more, to anybody.
RESTS_AFTER = {"admitted", "died"}


@dataclass(frozen=True, slots=True)
class Round:
    """Who of an organisation can be asked in which turn."""

    working: Hours
    who: dict[Turn, list[Member]]


def escalate(session: Session, silence: Silence, now: datetime) -> datetime:
    """Ask whose turn it is about a silence that came to its caseworker; returns when to look again.

    Called by the watch. Twice at the same moment asks nobody twice. Without a caseworker: an hour from now, and
    the resident's own agreement says why.
    """
    care = caring.care_of(session, silence.resident_id, now)
    if care is None:
        return now + timedelta(hours=1)
    found = _round_of(session, care, now)
    call = next_call(_case_of(session, silence, found, now), now, found.working)
    if silence.state == ACKNOWLEDGED and not _holds(session, silence, now):
        silence.state = WAITING
    if call.turn and call.at <= now:
        silence.state = WAITING
        for member in found.who[call.turn]:
            asking.ask_member(session, silence, member, now)
            caseload.note(session, care, member, "case-asked", now)
        session.flush()
        call = next_call(_case_of(session, silence, found, now), now, found.working)
    session.add(silence)
    return call.at


def _round_of(session: Session, care: Care, now: datetime) -> Round:
    """Return whom to ask in each turn: the owner (or who is on duty in their place), the deputies, the leads."""
    organisation = session.get_one(Organisation, care.organisation_id)
    working, owner = hours_of(organisation), session.get_one(Member, care.member_id)
    lines = organisations.lines_of(session, organisation)
    colleagues = organisations.members_of(session, organisation.id, "caseworker", "deputy", "lead")
    on_duty = roster.on_duty(lines, hours.next_open(working, now), working)
    first = [owner] if owner.id in on_duty or not on_duty else [one for one in colleagues if one.id in on_duty]
    deputies = [one for one in colleagues if one.role == "deputy" and one not in first]
    leads = [one for one in colleagues if one.role == "lead" and one not in first]
    who = {Turn.OWNER: first or [owner], Turn.DEPUTY: deputies, Turn.LEAD: leads}
    return Round(working, {turn: people for turn, people in who.items() if people})


def _case_of(session: Session, silence: Silence, found: Round, now: datetime) -> Case:
    asked = session.exec(
        select(Question).where(Question.silence_id == silence.id, col(Question.member_id).is_not(None))
    ).all()
    turns = {
        turn: max(question.asked_at for question in asked if question.member_id in {one.id for one in people})
        for turn, people in found.who.items()
        if any(question.member_id in {one.id for one in people} for question in asked)
    }
    came_at = min((question.asked_at for question in asked), default=now)
    taken = _newest_taking(session, silence)
    return Case(came_at, frozenset(found.who), turns, taken.runs_out_at if taken else None)


def _newest_taking(session: Session, silence: Silence) -> CaseAct | None:
    acts = select(CaseAct).where(CaseAct.silence_id == silence.id, CaseAct.kind == caseload.ACKNOWLEDGEMENT)
    return session.exec(acts.order_by(col(CaseAct.made_at).desc())).first()


def _holds(session: Session, silence: Silence, now: datetime) -> bool:
    taken = _newest_taking(session, silence)
    return taken is not None and taken.runs_out_at is not None and now < taken.runs_out_at


def open_case(session: Session, care: Care, member: Member, now: datetime) -> caseload.Line:
    """Show one case to a caseworker; the resident reads that it was opened."""
    caseload.note(session, care, member, "case-opened", now)
    return caseload.line_of(session, care, now)


def may_look_again_at(moment: datetime, now: datetime) -> bool:
    """Tell whether a moment to look again lies ahead, and within two weeks."""
    return now < moment <= now + LONGEST_FOLLOW_UP


def acknowledge(
    session: Session, care: Care, member: Member, *, reason: str, follow_up_at: datetime, now: datetime
) -> CaseAct:
    """Take a case, with a reason and a moment to look again; it runs out after one working day."""
    if not may_look_again_at(follow_up_at, now):
        raise Unreadable
    silence = _came(session, care, now)
    working = hours_of(session.get_one(Organisation, care.organisation_id))
    act = CaseAct(
        resident_id=care.resident_id,
        silence_id=silence.id,
        member_id=member.id,
        kind=caseload.ACKNOWLEDGEMENT,
        text=reason,
        follow_up_at=follow_up_at,
        runs_out_at=hours.one_working_day(working, now),
        made_at=now,
    )
    silence.state = ACKNOWLEDGED
    agreement = session.get(Agreement, care.resident_id)
    if agreement:
        agreement.next_due_at = act.runs_out_at
        session.add(agreement)
    session.add_all([act, silence])
    caseload.note(session, care, member, "case-acknowledged", now, text=reason)
    return act


def close(session: Session, care: Care, member: Member, *, outcome: str, text: str | None, now: datetime) -> CaseAct:
    """Close a case with how it ended; from here on the quiet counts anew.

    After a death or an admission the account rests: no message goes out again.
    """
    silence = _came(session, care, now)
    act = CaseAct(
        resident_id=care.resident_id,
        silence_id=silence.id,
        member_id=member.id,
        kind=caseload.CLOSING,
        text=text,
        outcome=outcome,
        made_at=now,
    )
    session.add(act)
    silences.close(session, silence, outcome, now)
    resident = session.get_one(Resident, care.resident_id)
    due.set_anew(session, resident, now, from_at=now)
    if outcome in RESTS_AFTER:  # which drops the all-clear: after this nobody is told that all is well
        freezing.freeze(session, resident, member, outcome, now)
    kind = "case-closed-with-note" if text else "case-closed"
    caseload.note(session, care, member, kind, now, outcome=outcome, text=text)
    return act


def let_go(session: Session, care: Care, now: datetime) -> None:
    """End a care by the organisation; `conflict` while a silence is open."""
    if caseload.open_silence(session, care.resident_id):
        raise Conflict("conflict")
    caring.end(session, care, now, by="organisation")


def _came(session: Session, care: Care, now: datetime) -> Silence:
    """Return the open silence, once it has come to its caseworker; `episode-closed` before and after.

    Under the resident's lock: a sign that comes at the same moment is heard before or after, and never undone.
    """
    session.get_one(Resident, care.resident_id, with_for_update=True)
    line = caseload.line_of(session, care, now)
    if line.silence is None or line.silence.state not in {WAITING, ACKNOWLEDGED}:
        raise Conflict("episode-closed")
    return line.silence
