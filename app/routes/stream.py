"""The live page over HTTP: Server-Sent Events without loss or repeat, for as long as the right to see lasts."""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app import access
from app.access import Caller
from app.errors import NotAuthenticated, TooMany
from app.flows import stream
from app.flows.stream import Event, Place
from app.house import House
from app.models.people import Resident
from app.routes.deps import CurrentCaller, HouseDep
from app.routes.problems import responses
from app.routes.sizes import filler

router = APIRouter(prefix="/v1", tags=["teken"])
LOOK_AGAIN_S = 1.5  # the writer may be another process, and a revoked token must close within two seconds
COMMENT_S = 20
MOST_OPEN = 12  # of one token in one process: each looks into the database again and again
THREADS = 4  # of their own, so that streams never take the endpoints' threads


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into the database gave; nothing at all when the right to see has ended."""

    residents: Sequence[Resident]
    events: Sequence[Event]
    place: Place
    is_reset: bool


def look(house: House, token: str, place: Place | None) -> Look | None:
    """Check the right to see, and read what changed since; None when it has ended. `place` None: from now on."""
    with house.db.read() as session:
        try:
            caller = access.caller(session, house.keys, token)
        except NotAuthenticated:
            return None
        viewer, now = caller.onlooker, house.clock.now()
        grants = access.active_grants_of(session, viewer) if viewer else []
        residents = [resident for _, resident in grants] if viewer else [access.as_resident(caller)]
        if place is None or stream.is_lost(session, place, residents):
            first = stream.from_now_for(session, grants, now) if viewer else stream.from_now(residents[0])
            return Look(residents, [], first, is_reset=place is not None)
        if viewer:
            events, seen = stream.for_viewer(session, viewer, grants, place, now, most=caller.most)
        else:
            events, seen = stream.for_resident(session, residents[0], place, now)
        return Look(residents, events, seen, is_reset=False)


async def find_follower(request: Request, caller: CurrentCaller) -> AsyncIterator[Caller]:
    """Refuse an upload token, or one stream too many, while the answer can still say so; count until the end."""
    if caller.onlooker is None:
        access.as_resident(caller)
    followed: Counter[str] = request.app.state.followed
    if followed[caller.token] >= MOST_OPEN:
        raise TooMany(COMMENT_S)
    followed[caller.token] += 1
    try:
        yield caller
    finally:
        followed[caller.token] -= 1
        followed += Counter()  # forgets whom nobody follows


@router.get("/teken/stream", response_class=EventSourceResponse, responses=responses(401, 403, 429))
async def follow(
    request: Request,
    caller: Annotated[Caller, Depends(find_follower, scope="request")],
    house: HouseDep,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=8000)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell what changes: `teken`, `gone`, `wave`; `reset` means read again, `bye` that it is over."""
    async with aclosing(_events(request, house, caller.token, last_event_id)) as events:
        async for event in events:
            yield event


async def _events(
    request: Request, house: House, token: str, last_event_id: str | None
) -> AsyncGenerator[ServerSentEvent]:
    place = stream.unseal(house.keys, last_event_id) if last_event_id else None
    is_reset = bool(last_event_id) and place is None
    is_new = True
    gone: set[UUID] = set()  # what is gone is told once, though a place that waits for the morning meets it again
    with house.db.live.listen() as bell:
        while not house.is_closing:
            seen = await to_thread.run_sync(look, house, token, place, limiter=request.app.state.stream_threads)
            if seen is None:
                break
            bell.residents = frozenset(resident.id for resident in seen.residents)
            event_id = stream.seal(house.keys, seen.place)
            if is_reset or seen.is_reset:
                yield ServerSentEvent(event="reset", raw_data="{}", id=event_id)
            elif is_new:
                # An id without data: who loses the line before the first event goes on from here.
                yield ServerSentEvent(comment="teken", id=event_id)
            fresh = [event for event in seen.events if event.name != "gone" or event.teken_id not in gone]
            gone.update(event.teken_id for event in fresh if event.name == "gone")
            if is_new or fresh:
                told_at = monotonic()
            for event in fresh:
                yield _shaped(house, event)
            is_new = is_reset = False
            place = seen.place
            # Comments keep their own time: one that moved with the bell would tell of lines that are not for this page.
            await bell.wait(max(0.0, min(LOOK_AGAIN_S, told_at + COMMENT_S - monotonic())))
            if monotonic() - told_at >= COMMENT_S:
                told_at = monotonic()
                yield ServerSentEvent(comment="")
    yield ServerSentEvent(event="bye", raw_data="{}")


def _shaped(house: House, event: Event) -> ServerSentEvent:
    data = event.teken.model_dump_json(exclude_none=True) if event.teken else f'{{"id":"{event.teken_id}"}}'
    # The filling is a comment: the data are the very bytes of the feed.
    comment, event_id = filler(len(event.name) + len(data.encode())), stream.seal(house.keys, event.place)
    return ServerSentEvent(event=event.name, raw_data=data, id=event_id, comment=comment)
