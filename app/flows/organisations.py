"""Organisations and who works there: made by the operator, kept by their own admins."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app import auth, ledger
from app.access_work import ADMIN
from app.auth import Keys
from app.errors import Conflict
from app.flows import asking, leaving_work, record, sessions
from app.flows.working import hours_of
from app.models.silence import Agreement
from app.models.work import Care, Duty, Member, Organisation
from app.phatic import hours, roster
from app.phatic.agreed import GREETINGS
from app.phatic.roster import Clocks, Line
from app.phatic.when import local_day

# The line that residents read when their caseworker's organisation does not work any more at some hour that it did.
OTHER_HOURS = "other-hours"
# From nine to five on working days, until an admin says otherwise.
OFFICE = {str(day): ["09:00", "17:00"] for day in range(5)}
# What must be answered, and how, before anybody can be enrolled (`trust.md` 35, the charter's questions).
NEEDED = {
    "decides_on_benefits": False,
    "decides_on_enforcement": False,
    "refusing_costs_nothing": True,
    "somebody_answers_in_working_hours": True,
    "names_the_number_to_call": True,
}


@dataclass(frozen=True, slots=True)
class Invited:
    """A member with the secret of their link, which is told once."""

    member: Member
    link: str

    @property
    def expires_at(self) -> datetime:
        """Return until when the link opens something."""
        return self.member.invited_at + auth.LINK_LIVES


def add(session: Session, *, name: str, time_zone: str, holidays: str, now: datetime) -> Organisation:
    """Make an organisation; it can enrol nobody yet."""
    organisation = Organisation(name=name, time_zone=time_zone, hours=OFFICE, holidays=holidays, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def change(session: Session, organisation: Organisation, wanted: dict[str, Any], now: datetime) -> Organisation:
    """Change what an admin wants; it counts from the next request on.

    Fewer hours to work in can make the wait longer that residents agreed to (`trust.md` 33): they read it.
    """
    before, holidays = hours_of(organisation), organisation.holidays
    for name, value in wanted.items():
        setattr(organisation, name, value)
    session.add(organisation)
    session.flush()
    has_other_holidays = organisation.holidays not in {"", holidays}
    if has_other_holidays or hours.is_narrower(before, hours_of(organisation)):
        _tell_of_other_hours(session, organisation, now)
    return organisation


def _tell_of_other_hours(session: Session, organisation: Organisation, now: datetime) -> None:
    cares = (
        select(Care.resident_id)
        .join(Agreement, col(Agreement.resident_id) == Care.resident_id)
        .where(Care.organisation_id == organisation.id, Care.state == "active", Agreement.kind != GREETINGS)
        .order_by(col(Care.resident_id))  # whoever locks several residents must take them in one order
    )
    for resident_id in session.exec(cares).all():
        record.write(session, resident_id, OTHER_HOURS, now, organisation=organisation.id)


def may_enrol(organisation: Organisation, now: datetime) -> bool:
    """Tell whether an organisation may ask residents: its basis holds today, and its answers allow it."""
    if organisation.basis is None or organisation.intake is None:
        return False
    review = date.fromisoformat(organisation.basis["review"])
    is_answered = all(organisation.intake.get(question) is answer for question, answer in NEEDED.items())
    return is_answered and local_day(now, organisation.time_zone) <= review


def need_basis(session: Session, organisation_id: UUID, now: datetime) -> Organisation:
    """Return an organisation that may enrol; `basis-needed` for any other."""
    organisation = session.get_one(Organisation, organisation_id)
    if not may_enrol(organisation, now):
        raise Conflict("basis-needed")
    return organisation


def invite(
    session: Session, keys: Keys, organisation: Organisation, wanted: dict[str, Any], *, language: str, now: datetime
) -> Invited:
    """Let somebody in to work here; they come by a link, once."""
    email = wanted.get("email")
    link = auth.new_link()
    member = Member(
        organisation_id=organisation.id,
        name=wanted["name"],
        role=wanted["role"],
        language=wanted.get("language") or language,
        email_hash=keys.hash_address(email) if email else None,
        invitation_hash=keys.hash(link),
        invited_at=now,
    )
    if email and session.exec(select(Member.id).where(Member.email_hash == member.email_hash)).first():
        raise Conflict("already-done")
    session.add(member)
    session.flush()
    return Invited(member, link)


def renew(session: Session, keys: Keys, member: Member, now: datetime, *, by: Member) -> Invited:
    """Give a member a new link, and a new authenticator app with it; the old app and every session end.

    Who had come in before hears by whom, and so do the residents in their care; the link waits a day (`sessions`).
    """
    link = auth.new_link()
    ledger.note(session, "app", member.id)
    member.invitation_hash, member.invited_at = keys.hash(link), now
    member.totp_secret, member.failures, member.failed_at = None, 0, None
    member.known_failures, member.known_failed_at = 0, None
    session.add(member)
    sessions.end_all(session, member)
    session.flush()
    if sessions.is_renewed(member):
        _tell_of_renewal(session, member, by, now)
    return Invited(member, link)


def _tell_of_renewal(session: Session, member: Member, by: Member, now: datetime) -> None:
    member.renewed_by = by.id
    session.add(member)
    asking.tell_member(session, member, "renewed", now)
    cares = select(Care).where(Care.member_id == member.id, Care.state == "active")
    for care in session.exec(cares.order_by(col(Care.resident_id))).all():  # as whoever locks several residents
        names = {"member": member.id, "by_member": by.id, "organisation": member.organisation_id}
        record.write(session, care.resident_id, "member-renewed", now, **names)


def members_of(session: Session, organisation_id: UUID, *roles: str) -> list[Member]:
    """Return who works at an organisation, in the order in which they came; in these roles only, if any are named."""
    found = select(Member).where(Member.organisation_id == organisation_id, col(Member.ended_at).is_(None))
    if roles:
        found = found.where(col(Member.role).in_(roles))
    return list(session.exec(found.order_by(col(Member.invited_at), col(Member.id))))


def change_member(session: Session, member: Member, wanted: dict[str, Any], now: datetime) -> Member:
    """Change a name or a role; who becomes an admin first gives their cases to a colleague."""
    if member.role == ADMIN != wanted.get("role", ADMIN):
        _keep_an_admin(session, member)
    if wanted.get("role") == ADMIN != member.role:
        leaving_work.hand_everything_on(session, member, now)
    for name, value in wanted.items():
        setattr(member, name, value)
    session.add(member)
    session.flush()
    return member


def let_go(session: Session, member: Member, now: datetime) -> None:
    """End somebody's work here; their cases go to a colleague in the same transaction."""
    if member.role == ADMIN:
        _keep_an_admin(session, member)
    leaving_work.end(session, member, now)


def _keep_an_admin(session: Session, member: Member) -> None:
    others = [
        one for one in members_of(session, member.organisation_id, ADMIN) if one.id != member.id and one.joined_at
    ]
    if not others:
        raise Conflict("owner-needed")


def roster_of(session: Session, organisation: Organisation, today: date) -> list[Duty]:
    """Return the roster: every weekday's lines, and those of single days from yesterday on."""
    is_ahead = col(Duty.day).is_(None) | (col(Duty.day) >= today - timedelta(days=1))
    lines = select(Duty).where(Duty.organisation_id == organisation.id, is_ahead)
    return list(session.exec(lines.order_by(col(Duty.weekday), col(Duty.day), col(Duty.begins), col(Duty.id))))


def set_roster(session: Session, organisation: Organisation, lines: list[dict[str, Any]]) -> None:
    """Put a whole roster in the place of the old one."""
    session.exec(delete(Duty).where(col(Duty.organisation_id) == organisation.id))
    session.add_all(Duty(organisation_id=organisation.id, **line) for line in lines)
    session.flush()


def lines_of(session: Session, organisation: Organisation) -> list[Line[UUID]]:
    """Return the roster as lines to reckon with."""
    duties = session.exec(select(Duty).where(Duty.organisation_id == organisation.id))
    return [
        Line(duty.member_id, time.fromisoformat(duty.begins), time.fromisoformat(duty.ends), duty.weekday, duty.day)
        for duty in duties
    ]


def gaps_of(session: Session, organisation: Organisation, day: date) -> list[Clocks]:
    """Return the working time of a day for which nobody is on the roster."""
    return roster.gaps(lines_of(session, organisation), day, hours_of(organisation))


def set_weekdays(session: Session, organisation: Organisation, chosen: list[tuple[int, UUID]]) -> None:
    """Put whole working days in the place of the roster's weekdays; lines of single days stay."""
    mine = (col(Duty.organisation_id) == organisation.id, col(Duty.weekday).is_not(None))
    session.exec(delete(Duty).where(*mine))
    for weekday, member_id in chosen:
        span = organisation.hours.get(str(weekday))
        if span:
            line = Duty(organisation_id=organisation.id, member_id=member_id, begins=span[0], ends=span[1])
            line.weekday = weekday
            session.add(line)
    session.flush()


def set_day(session: Session, organisation: Organisation, day: date, lines: list[dict[str, Any]]) -> None:
    """Put a single day's lines in the place of its weekday's; none at all and it is a day as any other again."""
    session.exec(delete(Duty).where(col(Duty.organisation_id) == organisation.id, col(Duty.day) == day))
    session.add_all(Duty(organisation_id=organisation.id, **line) for line in lines)
    session.flush()
