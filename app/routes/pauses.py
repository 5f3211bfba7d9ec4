"""A pause ("Even niet"), an account that rests, and who speaks for a resident, over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from app import access, access_work
from app.flows import freezing, pauses, representatives
from app.models.agreement_bodies import (
    FreezeIn,
    FreezeOut,
    PauseAnswer,
    PauseIn,
    PauseOut,
    RepresentativeAnswer,
    RepresentativeIn,
    RepresentativeOut,
)
from app.models.bodies import Empty, Page
from app.models.silence import Pause, Representative
from app.routes.deps import Beside, CurrentCaseworker, CurrentResident, NowDep, ReadDep, WriteDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses

router = APIRouter(prefix="/v1", tags=["silence"])


@router.post("/pauses", status_code=201, response_model=PauseAnswer, responses=responses(401, 403, 409))
def pause(body: PauseIn, resident: CurrentResident, once: OnceDep, session: WriteDep) -> Response:
    """Let no silence count for a while, six weeks at most; signs in it are shown and do not end it."""

    def make() -> tuple[PauseAnswer, int]:
        wanted = pauses.Wanted(body.from_ or once.now, body.until, body.words, tuple(body.shown_to))
        return PauseAnswer(pause=pause_out(pauses.add(session, resident, wanted, once.now))), 201

    return once.answer(session, make, about=resident.id)


@router.get("/pauses", responses=responses(401, 403))
def list_pauses(resident: CurrentResident, session: ReadDep, now: NowDep) -> Page[PauseOut]:
    """List the pauses that hold, or are to come."""
    return Page(items=[pause_out(one) for one in pauses.of(session, resident, now)])


@router.delete("/pauses", status_code=204, responses=responses(401, 403))
def end_pauses(resident: CurrentResident, session: WriteDep, now: NowDep) -> None:
    """End every pause, those to come too: "Ik ben er weer"."""
    for one in pauses.of(session, resident, now):
        pauses.end(session, resident, one, now)


@router.delete("/pauses/{pause_id}", status_code=204, responses=responses(401, 403, 404))
def end_pause(pause_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> None:
    """End one pause; the clock of the agreement starts anew."""
    pauses.end(session, resident, access.pause_of(session, resident, pause_id), now)


@router.post("/residents/{resident_id}/freeze", responses=responses(401, 403, 404))
def freeze(resident_id: UUID, body: FreezeIn, caller: Beside, session: WriteDep, now: NowDep) -> FreezeOut:
    """Let an account rest after a death or an admission: a second of the circle has to say so too, or a caseworker."""
    by, resident = access.close_to(session, caller, resident_id, now)
    found = freezing.freeze(session, resident, by, body.reason, now)
    return FreezeOut(state="resting" if found.confirmed_at else "asked")


@router.post("/residents/{resident_id}/thaw", responses=responses(401, 403, 404, 409))
def thaw(resident_id: UUID, caller: Beside, session: WriteDep, now: NowDep, _: Empty | None = None) -> FreezeOut:
    """Take it back: everything is as it was."""
    by, resident = access.close_to(session, caller, resident_id, now)
    freezing.thaw(session, resident, by, now)
    return FreezeOut(state="awake")


@router.put("/residents/{resident_id}/representative", responses=responses(401, 403, 404, 409))
def record_representative(
    resident_id: UUID, body: RepresentativeIn, member: CurrentCaseworker, session: WriteDep, now: NowDep
) -> RepresentativeOut:
    """Record as a caseworker who speaks for a resident in law, half a year at most; the resident reads it."""
    care, _ = access_work.in_care(session, member, resident_id, now)
    return representative_out(representatives.record_for(session, care, member, recorded_of(body), now))


@router.get("/representative", response_model=RepresentativeAnswer, responses=responses(401, 403))
def show_representative(resident: CurrentResident, session: ReadDep, now: NowDep) -> Response:
    """Show who speaks for the resident in law, if anybody does."""
    found = representatives.of(session, resident, now)
    return json_answer(RepresentativeAnswer(representative=representative_out(found) if found else None))


@router.delete("/representative", status_code=204, responses=responses(401, 403))
def stop_representative(resident: CurrentResident, session: WriteDep, now: NowDep) -> None:
    """Let nobody speak for the resident any more; their own stop always works."""
    representatives.stop(session, resident, now)


def pause_out(one: Pause) -> PauseOut:
    """Return a pause as its resident sees it."""
    shown_to = [UUID(contact_id) for contact_id in one.shown_to]
    return PauseOut(id=one.id, from_=one.from_at, until=one.until_at, words=one.words, shown_to=shown_to)


def recorded_of(body: RepresentativeIn) -> representatives.Recorded:
    """Return what a caseworker recorded, by the names of the flow."""
    return representatives.Recorded(body.name, body.kind, body.until)


def representative_out(found: Representative) -> RepresentativeOut:
    """Return a representative as the resident sees them."""
    return RepresentativeOut(name=found.name, kind=found.kind, checked_by=found.checked_by, until=found.until_at)
