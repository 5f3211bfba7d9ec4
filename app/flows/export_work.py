"""What belongs to an export where an organisation is in it: a resident's own care, or a member's own work."""

from typing import Any

from sqlmodel import Session, col, select

from app.flows import caring, subscriptions
from app.models.people import Resident
from app.models.silence import AgreementConsent
from app.models.work import CaseAct, Duty, Member, Organisation, WorkSession

Rows = list[dict[str, Any]]


def care_of_resident(session: Session, resident: Resident) -> Rows:
    """Return who asked, looks or looked along; a question that was answered with never is the resident's own too."""
    names = {"state", "asked_at", "answered_at", "from_at", "ended_at"}
    return [
        care.model_dump(include=names, exclude_none=True) | caring.names_of(session, care)
        for care in caring.every_one(session, resident)
    ]


def words_of_resident(session: Session, resident: Resident) -> Rows:
    """Return what was agreed about care, in the words that were shown."""
    found = select(AgreementConsent).where(
        AgreementConsent.resident_id == resident.id, AgreementConsent.kind == caring.KIND
    )
    names = {"words", "version", "language", "helped_by", "from_at", "until_at"}
    rows = session.exec(found.order_by(col(AgreementConsent.from_at)))
    return [row.model_dump(include=names, exclude_none=True) for row in rows]


def acts_of_resident(session: Session, resident: Resident) -> Rows:
    """Return what caseworkers did, and wrote."""
    found = select(CaseAct).where(CaseAct.resident_id == resident.id).order_by(col(CaseAct.made_at))
    names = {"kind", "text", "outcome", "follow_up_at", "made_at"}
    return [act.model_dump(include=names, exclude_none=True) for act in session.exec(found)]


def of_member(session: Session, member: Member) -> dict[str, Rows]:
    """Return what is kept of somebody who works at an organisation; nothing of any resident."""
    organisation = session.get_one(Organisation, member.organisation_id)
    own = member.model_dump(include={"name", "role", "language", "invited_at", "joined_at"}, exclude_none=True)
    began = select(WorkSession).where(WorkSession.member_id == member.id).order_by(col(WorkSession.began_at))
    duties = (
        select(Duty).where(Duty.member_id == member.id).order_by(col(Duty.weekday), col(Duty.day), col(Duty.begins))
    )
    places = subscriptions.of(session, member)
    return {
        "me": [own | {"organisation": organisation.name}],
        "sessions": [{"began_at": work.began_at} for work in session.exec(began)],
        "roster": [
            duty.model_dump(include={"weekday", "day", "begins", "ends"}, exclude_none=True)
            for duty in session.exec(duties)
        ],
        "subscriptions": [
            place.model_dump(include={"channel", "address", "created_at", "verified_at"}, exclude_none=True)
            for place in places
        ],
    }
