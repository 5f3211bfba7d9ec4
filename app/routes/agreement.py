"""What is agreed about silence, and what others propose, over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from app import access
from app.flows import agreements, proposals
from app.flows.agreements import Standing, Wish
from app.models.agreement_bodies import (
    AgreementConsentOut,
    AgreementIn,
    AgreementOut,
    AnswerIn,
    ProposalIn,
    ProposalOut,
    ProposedOut,
    digits,
)
from app.models.bodies import Empty, Page
from app.models.people import Resident
from app.models.silence import Proposal
from app.phatic.agreed import CALM, DAILY
from app.phatic.wording import say
from app.routes.deps import Beside, CurrentCaller, CurrentResident, NowDep, ReadDep, SettledResident, WriteDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses

router = APIRouter(prefix="/v1/agreement", tags=["silence"])


@router.get("", response_model=AgreementOut, responses=responses(401, 403))
def show(resident: CurrentResident, session: ReadDep, now: NowDep) -> Response:
    """Show what is agreed about silence, whether it works, and how long it could take until somebody hears."""
    return json_answer(agreement_out(resident, agreements.standing(session, resident, now), now=now))


@router.put("", response_model=AgreementOut, responses=responses(401, 403, 409))
def choose(body: AgreementIn, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Agree on something else, from now on; the words and the longest wait are kept with it."""
    chosen = agreements.choose(session, resident, wish_of(body), now)
    return json_answer(agreement_out(resident, chosen, now=now))


@router.get("/consents", responses=responses(401, 403))
def consents(resident: CurrentResident, session: ReadDep) -> Page[AgreementConsentOut]:
    """List what was ever agreed about silence, in the words that were shown."""
    found = agreements.consents_of(session, resident)
    return Page(items=[AgreementConsentOut.model_validate(one.model_dump()) for one in found])


@router.post("/proposals", status_code=201, response_model=ProposedOut, responses=responses(401, 403, 404, 409))
def propose(body: ProposalIn, caller: Beside, once: OnceDep, session: WriteDep) -> Response:
    """Propose another agreement, or as a contact more detail for oneself; nothing changes before the resident's yes."""

    def make() -> tuple[ProposedOut, int]:
        by, resident = access.close_to(session, caller, body.resident_id, once.now)
        proposal = proposals.propose(session, resident, by, proposed_of(body), once.now)
        return proposed_out(proposal, (caller.viewer or access.as_member(caller)).language), 201

    return once.answer(session, make, about=body.resident_id)


@router.get("/proposals", response_model=Page[ProposalOut] | Page[ProposedOut], responses=responses(401, 403))
def list_proposals(caller: CurrentCaller, session: ReadDep) -> Response:
    """Show a resident what waits for their word, and a contact what they proposed that is not so yet."""
    if caller.viewer:
        grants = access.active_grants_of(session, caller.viewer)
        found = [proposals.open_of(session, resident, contact) for contact, resident in grants]
        return json_answer(Page(items=[proposed_out(one, caller.viewer.language) for one in found if one]))
    waiting = proposals.waiting_for(session, access.as_resident(caller))
    return json_answer(Page(items=[proposal_out(proposal, name) for proposal, name in waiting]))


@router.post("/proposals/{proposal_id}/confirm", responses=responses(401, 403, 404, 409))
def confirm(
    proposal_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep, _: Empty | None = None
) -> ProposalOut:
    """Say yes; what lets others see or do more begins a day later."""
    proposal = access.proposal_of(session, resident, proposal_id)
    return proposal_out(proposals.confirm(session, resident, proposal, now), None)


@router.post("/proposals/{proposal_id}/decline", responses=responses(401, 403, 404, 409))
def decline(
    proposal_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep, body: AnswerIn | None = None
) -> ProposalOut:
    """Say no, or "Toch niet" to a yes that has not begun; nobody is told."""
    proposal = access.proposal_of(session, resident, proposal_id)
    never_again = body is not None and body.never_again
    return proposal_out(proposals.decline(session, proposal, now, is_muted=never_again), None)


def wish_of(body: AgreementIn) -> Wish:
    """Return what somebody wants agreed, by the names of the flow."""
    return Wish(
        kind=body.kind,
        at=body.at,
        weekdays=digits(body.weekdays),
        follows_rhythm=body.rhythm == "own",
        level=body.level,
        plan=body.plan or None,
        helped_by=body.helped_by,
    )


def proposed_of(body: ProposalIn) -> proposals.Wanted:
    """Return what somebody proposes, by the names of the flow."""
    return proposals.Wanted(kind=body.kind, at=body.at, weekdays=digits(body.weekdays), detail=body.detail)


def agreement_out(resident: Resident, standing: Standing, *, now: Any) -> AgreementOut:  # noqa: ANN401  # a moment
    """Return what is agreed; what belongs to another kind is left out."""
    agreed = standing.agreement
    is_daily = agreed.kind == DAILY
    return AgreementOut.model_validate(
        {
            "kind": agreed.kind,
            "at": agreed.at if is_daily else None,
            "weekdays": [int(day) for day in agreed.weekdays] if is_daily else None,
            "rhythm": "own" if agreed.follows_rhythm else "fixed",
            "level": agreed.level if agreed.kind == CALM else None,
            "plan": agreed.plan,
            "works": standing.works,
            "why": standing.why,
            "why_words": say(resident.language, f"agreement.why.{standing.why}") if standing.why else None,
            "longest_wait_words": standing.longest_wait_words,
            "offers_calmer": agreements.is_calmer_offered(agreed, now),
        }
    )


def proposal_out(proposal: Proposal, name: str | None) -> ProposalOut:
    """Return a proposal as the resident sees it."""
    state = "open" if proposal.answer is None else "declined"
    if proposal.answer == proposals.YES:
        state = "done" if proposal.applied_at else "soon"
    wish = dict(proposal.wish)
    if wish.get("weekdays") is not None:
        wish["weekdays"] = [int(day) for day in wish["weekdays"]]
    soon = {"effective_at": proposal.effective_at} if state == "soon" else {}
    return ProposalOut.model_validate({"id": proposal.id, "by": name, "state": state} | wish | soon)


def proposed_out(proposal: Proposal, language: str) -> ProposedOut:
    """Return a proposal as the one who made it sees it: not yet, whatever was answered."""
    said = {name: proposal.wish.get(name) for name in ("kind", "detail")}
    words = say(language, "proposal.not-yet")
    return ProposedOut.model_validate({"resident_id": proposal.resident_id, "words": words} | said)
