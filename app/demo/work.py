"""The neighbourhood team of the invented town, and two residents who agreed that it looks along."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app import auth
from app.auth import WORK
from app.demo.days import TIME_ZONE
from app.demo.people import CASEWORKER, IN_CARE
from app.flows import caring, due, organisations, subscriptions
from app.flows.circle import ACTIVE
from app.house import House
from app.models.circle import Contact
from app.models.people import Resident, Viewer
from app.models.silence import Agreement
from app.models.work import Member, WorkSession

TEAM: Final = "Buurtteam Oeverdam"
BASIS: Final[dict[str, Any]] = {
    "ground": "consent",
    "law": "Wmo 2015",
    "article": "2.3.2",
    "exception": "explicit_consent",
    "officer": "fg@oeverdam.example",
    "date": "2026-01-05",
    "review": "2099-01-05",
}
# Long enough ago for a yes to count, which takes a day.
ASKED_AGO: Final = timedelta(days=20)
AGREED: Final = {"Corrie": "daily", "Henk": "calm"}


def staff(session: Session, house: House) -> Member:
    """Return the demo's caseworker; make the team, and what two residents agreed to, where it is not there."""
    member = _member(session, house)
    return member or _begin(session, house, house.clock.now() - ASKED_AGO)


def sit_down(session: Session, house: House) -> None:
    """Begin the demo caseworker's session anew, so that their link opens again and again."""
    member, now = staff(session, house), house.clock.now()
    hashed = house.keys.hash(house.keys.demo_token(WORK, CASEWORKER))
    session.exec(delete(WorkSession).where(col(WorkSession.token_hash) == hashed))
    session.add(WorkSession(member_id=member.id, token_hash=hashed, began_at=now, used_at=now))
    session.flush()


def _member(session: Session, house: House) -> Member | None:
    hashed = house.keys.hash_address(_address(CASEWORKER))
    return session.exec(select(Member).where(Member.email_hash == hashed)).first()


def _begin(session: Session, house: House, at: datetime) -> Member:
    team = organisations.add(session, name=TEAM, time_zone=TIME_ZONE, holidays="NL", now=at)
    organisations.change(session, team, {"basis": BASIS, "intake": dict(organisations.NEEDED)}, at)
    wanted = {"name": CASEWORKER, "role": "caseworker", "email": _address(CASEWORKER)}
    member = organisations.invite(session, house.keys, team, wanted, language="nl", now=at).member
    member.joined_at, member.totp_secret = at, auth.new_totp_secret()
    member.invitation_hash = None
    session.add(member)
    session.flush()
    return member


def agree(session: Session, house: House, resident: Resident) -> None:
    """Let one resident agree on what happens when it grows quiet, with addresses that work and the team's eye."""
    agreement = session.get_one(Agreement, resident.id)
    if resident.name not in IN_CARE or agreement.kind != "greetings":
        return
    at = max(house.clock.now() - ASKED_AGO, resident.created_at)
    for contact in session.exec(select(Contact).where(Contact.resident_id == resident.id, Contact.state == ACTIVE)):
        _give_address(session, house, session.get_one(Viewer, contact.viewer_id), contact.name, at)
    agreement.kind, agreement.agreed_at = AGREED[resident.name], at
    session.add(agreement)
    session.flush()
    care = caring.ask(session, staff(session, house), resident.id, at)
    caring.confirm(session, resident, care, at)
    due.set_anew(session, resident, house.clock.now())


def _give_address(session: Session, house: House, viewer: Viewer, name: str, at: datetime) -> None:
    """Give a viewer a mail address that said yes; without a mail server its letters go to the log."""
    wanted = subscriptions.Wanted(subscriptions.EMAIL, _address(name))
    address, is_new = subscriptions.add(session, house.keys, viewer, wanted, at)
    if is_new:
        address.verified_at = at
        session.add(address)


def _address(name: str) -> str:
    return f"{name.lower()}@oeverdam.example"
