"""Whether the service lives, and whether it can work."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlmodel import select

from app.errors import Busy
from app.routes.deps import HouseDep, ReadDep
from app.routes.problems import responses

router = APIRouter(tags=["operator"])


class Health(BaseModel):
    """One word is enough for whoever looks from outside."""

    status: Literal["ok"] = "ok"


@router.get("/livez")
async def livez() -> Health:
    """Say that the process answers."""
    return Health()


@router.get("/readyz", responses=responses())
def readyz(session: ReadDep, house: HouseDep, request: Request) -> Health:
    """Say that the database answers and that the worker, if it runs here, is at work; else 503."""
    session.exec(select(1))
    worker = getattr(request.app.state, "worker", None)
    if house.is_closing or (worker is not None and not worker.is_alive):
        raise Busy
    return Health()
