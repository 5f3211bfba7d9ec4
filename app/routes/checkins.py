"""One tap over HTTP."""

from fastapi import APIRouter, Response

from app.flows import checkin, feed
from app.flows.checkin import Tap
from app.models.bodies import SharedOut, TapIn
from app.routes.deps import BroughtIn, WriteDep
from app.routes.limits import CheckInsDep
from app.routes.once import OnceDep
from app.routes.problems import responses

router = APIRouter(prefix="/v1/check-ins", tags=["teken"])


@router.post(
    "", status_code=201, response_model=SharedOut, responses=responses(401, 403, 409, 429), dependencies=[CheckInsDep]
)
def check_in(brought: BroughtIn, once: OnceDep, session: WriteDep, body: TapIn | None = None) -> Response:
    """Share one tap; an empty body is enough, and it is in the feed when the answer arrives."""
    tap, resident = tap_of(body or TapIn(), counts=brought.counts), brought.resident

    def make() -> tuple[SharedOut, int]:
        teken = checkin.share_tap(session, resident, tap, once.now)
        return SharedOut(teken=feed.own_view(resident, teken, None, now=once.now)), 201

    return once.answer(session, make, about=resident.id)


def tap_of(body: TapIn, *, counts: bool) -> Tap:
    """Return what came with a tap; the battery is not kept."""
    return Tap(
        occurred_at=body.occurred_at,
        vocabulary_id=body.vocabulary_id,
        words=body.words,
        is_rest=body.rest,
        counts=counts,
    )
