"""A contact's page about one resident: propose something, or let the account rest."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from app import access
from app.errors import Conflict
from app.flows import circle, freezing, proposals
from app.models.agreement_bodies import FreezeIn, ProposalIn
from app.models.circle import Contact
from app.models.people import Resident, Viewer
from app.models.silence import Proposal
from app.phatic.teken import DETAILS
from app.phatic.wording import say
from app.routes.agreement import proposed_of
from app.routes.deps import CurrentViewer, NowDep, ReadDep, WriteDep
from app.routes.pages.doors import OwnPages, Said, go, understood
from app.routes.pages.render import page

router = APIRouter(prefix="/kring/{contact_id}", include_in_schema=False)
SAID: Final = {
    "made": "proposal.to.made",
    "lately": "problem.asked-lately",
    "asked": "freeze.asked",
    "resting": "freeze.frozen",
    "awake": "freeze.thawed",
}
KINDS: Final = ("calm", "daily")


@router.get("/over")
def show(contact_id: UUID, viewer: CurrentViewer, session: ReadDep, now: NowDep, said: Said) -> Response:
    """Show what somebody may propose, what they proposed already, and how an account can rest."""
    contact, resident = access.grant_of(session, viewer, contact_id)
    words = say(viewer.language, SAID[said], name=resident.name) if said in SAID else None
    return page(
        viewer.language,
        "about_resident.html",
        said=words,
        has_asked=freezing.has_asked(session, resident, contact, now),
        **_about(session, viewer, contact, resident),
    )


def _about(session: Session, viewer: Viewer, contact: Contact, resident: Resident) -> dict[str, Any]:
    proposed = proposals.open_of(session, resident, contact)
    return {
        "contact": contact,
        "name": resident.name,
        "rests": resident.frozen_at is not None,
        "proposed": _words(viewer, proposed) if proposed else None,
        "wishes": _wishes(contact, viewer),
    }


def _words(viewer: Viewer, proposal: Proposal) -> str:
    wish = proposal.wish
    key = f"log.detail.{wish['detail']}" if "detail" in wish else f"log.kind.{wish['kind']}"
    return say(viewer.language, "proposal.to.open", what=say(viewer.language, key))


def _wishes(contact: Contact, viewer: Viewer) -> list[tuple[str, str]]:
    """Return what this contact may propose, as value and words."""
    had = DETAILS.index(circle.shown_detail(contact))
    details = [(one, say(viewer.language, f"log.detail.{one}")) for one in DETAILS[had + 1 :]]
    return [(kind, say(viewer.language, f"agreement.{kind}")) for kind in KINDS] + details


@router.post("/voorstel", dependencies=[OwnPages])
def propose(
    contact_id: UUID, viewer: CurrentViewer, session: WriteDep, now: NowDep, wish: Annotated[str, Form()] = ""
) -> Response:
    """Lay a wish before the resident."""
    contact, resident = access.grant_of(session, viewer, contact_id)
    meant = {"kind": wish} if wish in KINDS else {"detail": wish}
    body = understood(ProposalIn, resident_id=resident.id, **meant)
    return go(f"/kring/{contact_id}/over?gezegd={_propose(session, resident, contact, body, now)}")


def _propose(session: Session, resident: Resident, contact: Contact, body: ProposalIn | None, now: datetime) -> str:
    if body is None:
        return ""
    try:
        proposals.propose(session, resident, contact, proposed_of(body), now)
    except Conflict as error:
        return "lately" if error.code == "asked-lately" else ""
    return "made"


@router.post("/rust", dependencies=[OwnPages])
def freeze(
    contact_id: UUID, viewer: CurrentViewer, session: WriteDep, now: NowDep, reason: Annotated[str, Form()] = ""
) -> Response:
    """Ask for the account to rest."""
    contact, resident = access.grant_of(session, viewer, contact_id)
    body = understood(FreezeIn, reason=reason)
    if body is None:
        return go(f"/kring/{contact_id}/over")
    found = freezing.freeze(session, resident, contact, body.reason, now)
    return go(f"/kring/{contact_id}/over?gezegd={'resting' if found.confirmed_at else 'asked'}")


@router.post("/wakker", dependencies=[OwnPages])
def thaw(contact_id: UUID, viewer: CurrentViewer, session: WriteDep, now: NowDep) -> Response:
    """Take it back."""
    contact, resident = access.grant_of(session, viewer, contact_id)
    freezing.thaw(session, resident, contact, now)
    return go(f"/kring/{contact_id}/over?gezegd=awake")
