"""What is agreed about silence, on the resident's own pages: choose, read how long it can take, say yes."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from sqlmodel import Session

from app import access
from app.errors import CircleNeeded
from app.flows import agreements, caring, proposals, representatives
from app.flows.agreements import Wish
from app.models.agreement_bodies import AgreementIn
from app.models.people import Resident
from app.models.silence import Proposal
from app.phatic.agreed import CALM, DAILY, GREETINGS
from app.phatic.when import local_day
from app.phatic.wording import day_words, say
from app.routes.agreement import wish_of
from app.routes.deps import CurrentResident, NowDep, ReadDep, SettledResident, WriteDep
from app.routes.pages.doors import OwnPages, Said, go, understood
from app.routes.pages.render import page

router = APIRouter(prefix="/ik", include_in_schema=False)
KINDS: Final = (GREETINGS, CALM, DAILY)
SAID: Final = {"saved": "agreement.saved", "stopped": "representative.stopped"}
ANSWERED: Final = {"yes": "proposal.confirmed", "no": "proposal.declined", "undone": "proposal.undone"}
Kind = Annotated[str, Form()]


@router.get("/afspraak")
def show(resident: CurrentResident, session: ReadDep, now: NowDep, said: Said) -> Response:
    """Show what is agreed, and the three choices with what each of them does."""
    return _choices(session, resident, now, said=SAID.get(said or ""))


def _choices(session: Session, resident: Resident, now: datetime, **given: Any) -> Response:  # noqa: ANN401  # words
    standing = agreements.standing(session, resident, now)
    values = {
        "said": None,
        "wrong": None,
        "opened": None,
        "kinds": KINDS,
        "agreed": standing.agreement,
        "works": standing.works,
        "wait": standing.longest_wait_words,
        "calmer": agreements.is_calmer_offered(standing.agreement, now),
        "representative": _representative(session, resident, now),
    }
    return page(resident.language, "agreement.html", 422 if given.get("wrong") else 200, **(values | given))


def _representative(session: Session, resident: Resident, now: datetime) -> str | None:
    found = representatives.of(session, resident, now)
    if found is None:
        return None
    return say(
        resident.language,
        "representative.shown",
        name=found.name,
        kind=say(resident.language, f"representative.kind.{found.kind}"),
        day=day_words(resident.language, local_day(found.until_at, resident.time_zone)),
        checked_by=found.checked_by,
    )


def _given(
    kind: Kind,
    at: Annotated[str, Form()] = "",
    days: Annotated[list[int] | None, Form()] = None,
    rhythm: Annotated[str, Form()] = "fixed",
    plan: Annotated[str, Form(max_length=1000)] = "",
    helped_by: Annotated[str, Form(max_length=80)] = "",
) -> AgreementIn | None:
    """Return the form as the JSON endpoint would take it; what is empty was not said. None: it cannot be agreed."""
    said: dict[str, object] = {"rhythm": rhythm, "plan": plan, "helped_by": helped_by}
    if kind == DAILY:
        if not days:
            return None
        said |= {"at": at, "weekdays": days}
    return understood(AgreementIn, kind=kind, **{name: value for name, value in said.items() if value})


Given = Annotated[AgreementIn | None, Depends(_given)]


@router.post("/afspraak/bekijk", dependencies=[OwnPages])
def look(resident: SettledResident, session: WriteDep, now: NowDep, kind: Kind, given: Given) -> Response:
    """Show what a choice comes to, in words, before the yes; nothing is agreed by looking."""
    if given is None:
        return _choices(session, resident, now, opened=kind, wrong=say(resident.language, "agreement.wrong"))
    try:
        agreements.refuse_small_circle(session, resident, kind, now)
    except CircleNeeded as error:
        return _choices(session, resident, now, wrong=say(resident.language, f"problem.{error.words}"))
    return page(resident.language, "agreement_sure.html", given=given, **_consequence(session, resident, given, now))


def _consequence(session: Session, resident: Resident, given: AgreementIn, now: datetime) -> dict[str, Any]:
    wish: Wish = wish_of(given)
    has_caseworker = given.kind != GREETINGS and caring.care_of(session, resident.id, now) is not None
    return {"wait": agreements.preview(session, resident, wish, now), "has_caseworker": has_caseworker}


@router.post("/afspraak", dependencies=[OwnPages])
def choose(resident: SettledResident, session: WriteDep, now: NowDep, kind: Kind, given: Given) -> Response:
    """Agree, after what it comes to was read."""
    if given is None:
        return _choices(session, resident, now, opened=kind, wrong=say(resident.language, "agreement.wrong"))
    agreements.choose(session, resident, wish_of(given), now)
    return go("/ik/afspraak?gezegd=saved")


@router.post("/vertegenwoordiger/stop", dependencies=[OwnPages])
def stop_representative(resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Let nobody speak for the resident any more."""
    representatives.stop(session, resident, now)
    return go("/ik/afspraak?gezegd=stopped")


@router.get("/voorstellen")
def list_proposals(resident: CurrentResident, session: ReadDep, said: Said) -> Response:
    """Show what waits for the resident's word, and each yes that has not begun."""
    found = [_proposed(resident, *one) for one in proposals.waiting_for(session, resident)]
    return page(resident.language, "proposals.html", proposals=found, said=ANSWERED.get(said or ""))


def _proposed(resident: Resident, proposal: Proposal, name: str | None) -> dict[str, Any]:
    language, wish = resident.language, proposal.wish
    key, what = (
        ("detail", f"log.detail.{wish.get('detail')}") if "detail" in wish else ("kind", f"log.kind.{wish['kind']}")
    )
    name = name or say(language, "log.somebody")
    begins = proposal.effective_at if proposal.answer else None
    return {
        "id": proposal.id,
        "words": say(language, f"proposal.{key}", name=name, what=say(language, what)),
        "begins": day_words(language, local_day(begins, resident.time_zone)) if begins else None,
    }


@router.post("/voorstellen/{proposal_id}/ja", dependencies=[OwnPages])
def confirm(proposal_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Say yes."""
    proposals.confirm(session, resident, access.proposal_of(session, resident, proposal_id), now)
    return go("/ik/voorstellen?gezegd=yes")


@router.post("/voorstellen/{proposal_id}/nee", dependencies=[OwnPages])
def decline(
    proposal_id: UUID,
    resident: CurrentResident,
    session: WriteDep,
    now: NowDep,
    is_muted: Annotated[bool, Form()] = False,
) -> Response:
    """Say no, or "Toch niet"; nobody is told."""
    proposal = access.proposal_of(session, resident, proposal_id)
    was_yes = proposal.answer == proposals.YES
    proposals.decline(session, proposal, now, is_muted=is_muted)
    return go(f"/ik/voorstellen?gezegd={'undone' if was_yes else 'no'}")
