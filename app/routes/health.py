"""Whether the process lives, whether it can serve, and for its operator how it does."""

import hmac
from typing import Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlmodel import select

from app.errors import Busy, NotFound
from app.flows import health
from app.routes.deps import HouseDep, NowDep, ReadDep
from app.routes.once import json_answer
from app.routes.problems import responses
from app.settings import LOOPBACK, Settings

router = APIRouter(tags=["operator"])
# What a proxy adds: behind one, every caller seems to sit on this machine.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Health(BaseModel):
    """One word is enough for whoever looks from outside; the rest is for the operator."""

    status: Literal["ok"] = "ok"
    database: Literal["ok"] | None = None
    worker_age_s: int | None = None
    outbox_age_s: int | None = None
    watch_age_s: int | None = None


@router.get("/livez")
async def livez() -> Response:
    """Say that the process answers."""
    return json_answer(Health())


@router.get("/readyz", response_model=Health, responses=responses())
def readyz(session: ReadDep, house: HouseDep, now: NowDep, request: Request) -> Response:
    """Say that the database answers, that a worker here is at work, and the watch runs somewhere; else 503."""
    session.exec(select(1))
    worker = getattr(request.app.state, "worker", None)
    if house.is_closing or (worker is not None and not worker.is_alive) or not health.is_watched(session, now):
        raise Busy
    if not is_operator(request, house.settings):
        return json_answer(Health())
    ran_at = worker.last_run_at if worker else None
    age_s = int((now - ran_at).total_seconds()) if ran_at else None
    told = Health(database="ok", worker_age_s=age_s, watch_age_s=health.watch_age_s(session, now))
    told.outbox_age_s = health.outbox_age_s(session, now)
    return json_answer(told)


@router.get("/metrics", responses=responses(404), response_class=Response)
def metrics(session: ReadDep, house: HouseDep, now: NowDep, request: Request) -> Response:
    """Tell counts and ages in the text format of Prometheus, to the operator only."""
    if not is_operator(request, house.settings):
        raise NotFound
    worker = getattr(request.app.state, "worker", None)
    gauges = {"database_ok": 1, "outbox_age_seconds": health.outbox_age_s(session, now)}
    if worker and worker.last_run_at:
        gauges["worker_age_seconds"] = int((now - worker.last_run_at).total_seconds())
    if (watch_age_s := health.watch_age_s(session, now)) is not None:
        gauges["watch_age_seconds"] = watch_age_s
    lines = [line for name, value in gauges.items() for line in (f"# TYPE teken_{name} gauge", f"teken_{name} {value}")]
    return Response("\n".join([*lines, *request.app.state.meter.lines()]) + "\n", media_type=TEXT)


def is_operator(request: Request, settings: Settings) -> bool:
    """Tell whether somebody calls from this very machine, or with the operator's token."""
    if settings.metrics_token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.metrics_token.get_secret_value().encode())
    here = {request.client.host if request.client else "", urlsplit(f"//{request.headers.get('host', '')}").hostname}
    return here <= LOOPBACK and not any(name in request.headers for name in FORWARDED)
