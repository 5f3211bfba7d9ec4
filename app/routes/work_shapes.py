"""Rows of organisations and caseworkers become the objects of the contract."""

from datetime import datetime

from sqlmodel import Session

from app.auth import totp_url
from app.flows import caring, caseload, handovers, organisations, returning, reviews, sessions
from app.flows.caseload import Line
from app.flows.organisations import Invited
from app.models.case_bodies import ActOut, AskedOut, CaseItem, CaseOut, HandoverOut, ReviewOut, WayBackOut
from app.models.people import Resident
from app.models.work import Care, Duty, Handover, Member, Organisation, Review, WayBack, WorkSession
from app.models.work_bodies import DutyIn, EnrolmentOut, MemberInvitedOut, MemberOut, OrganisationOut, SessionOut
from app.phatic.teken import ResidentName
from app.phatic.when import local_day, part_of
from app.routes.shapes import qr_svg
from app.settings import Settings


def organisation_out(organisation: Organisation, now: datetime) -> OrganisationOut:
    """Return an organisation as its members see it."""
    fields = organisation.model_dump(include={"id", "name", "time_zone", "holidays", "basis", "intake", "hours"})
    may = organisations.may_enrol(organisation, now)
    return OrganisationOut.model_validate(fields | {"retention": organisation.retention, "may_enrol": may})


def member_out(member: Member) -> MemberOut:
    """Return somebody who works at an organisation."""
    state = "active" if member.joined_at else "invited"
    return MemberOut.model_validate({"id": member.id, "name": member.name, "role": member.role, "state": state})


def member_invited_out(invited: Invited, settings: Settings) -> MemberInvitedOut:
    """Return the way in for a member."""
    url = f"{settings.public_url.rstrip('/')}/werk/binnen/{invited.link}"
    return MemberInvitedOut(
        member=member_out(invited.member), url=url, qr_svg=qr_svg(url), expires_at=invited.expires_at
    )


def enrolment_out(session: Session, member: Member) -> EnrolmentOut:
    """Return what an authenticator app needs; the app shows it by the organisation's name."""
    organisation, secret = session.get_one(Organisation, member.organisation_id), member.totp_secret or ""
    url = totp_url(secret, organisation.name)
    return EnrolmentOut(name=member.name, organisation=organisation.name, secret=secret, url=url, qr_svg=qr_svg(url))


def session_out(member: Member, work: WorkSession, token: str) -> SessionOut:
    """Return a session that just began."""
    return SessionOut(
        token=token,
        member=member_out(member),
        organisation_id=member.organisation_id,
        ends_at=sessions.ends_at(work),
    )


def duty_out(duty: Duty) -> DutyIn:
    """Return one line of the roster as it came in."""
    return DutyIn.model_validate(duty.model_dump(include={"member_id", "weekday", "day", "begins", "ends"}))


def case_item(session: Session, line: Line, language: str, now: datetime) -> CaseItem:
    """Return one line of a caseload."""
    return CaseItem.model_validate(caseload.item_of(session, line, language, now))


def case_out(session: Session, line: Line, language: str, now: datetime) -> CaseOut:
    """Return one case; what belongs to its rung only shows there."""
    zone = line.resident.time_zone
    acts = [
        ActOut.model_validate({"sentence": sentence, "day": local_day(at, zone), "part": part_of(at, zone)})
        for sentence, at in caseload.history_of(session, line, language)
    ]
    has_come = line.state in {caseload.caseload.WAITING, caseload.caseload.ACKNOWLEDGED}
    return CaseOut.model_validate(
        caseload.item_of(session, line, language, now)
        | {
            "resident": ResidentName(id=line.resident.id, name=line.resident.name),
            "plan": caseload.plan_of(line),
            "circle_is_empty": line.standing.circle_is_empty if has_come else None,
            "history": acts,
            "handovers": [handover_out(session, one) for one in handovers.of_care(session, line.care)],
        }
    )


def handover_out(session: Session, offered: Handover) -> HandoverOut:
    """Return a hand-over, with the names of both."""
    return HandoverOut.model_validate(
        {
            "id": offered.id,
            "case_id": offered.care_id,
            "from_name": session.get_one(Member, offered.from_member_id).name,
            "to_name": session.get_one(Member, offered.to_member_id).name,
            "from_day": offered.from_day,
            "until_day": offered.until_day,
            "state": handovers.state_of(offered),
        }
    )


def asked_out(session: Session, care: Care, resident: Resident) -> AskedOut:
    """Return what a caseworker asked, as the resident reads it."""
    return AskedOut.model_validate(
        caring.names_of(session, care)
        | {
            "id": care.id,
            "state": care.state,
            "words": caring.words_of(session, care, resident.language),
            "from_at": care.from_at,
        }
    )


def way_back_out(row: WayBack) -> WayBackOut:
    """Return how far a way back is."""
    return WayBackOut.model_validate({"id": row.id, "state": returning.state_of(row), "opens_at": row.opens_at})


def review_out(session: Session, resident: Resident, review: Review) -> ReviewOut:
    """Return the question "klopt dit nog?"."""
    return ReviewOut(id=review.id, words=reviews.words_of(session, resident), lapses_at=reviews.lapses_at(review))
