"""What somebody at work finds about themselves: everything of their own to take along, and nothing of a resident."""

from fastapi import APIRouter, Response

from app.flows import export
from app.routes.deps import CurrentMember, NowDep, ReadDep
from app.routes.mine import ExportsDep, as_file
from app.routes.pages.doors import OwnPages
from app.routes.pages.render import page

router = APIRouter(prefix="/werk/gegevens", include_in_schema=False)


@router.get("")
def show(member: CurrentMember) -> Response:
    """Say what is kept of a colleague, and how to take it along."""
    return page(member.language, "work_mine.html", name=member.name)


@router.post("/meenemen", dependencies=[OwnPages, ExportsDep])
def take_along(member: CurrentMember, session: ReadDep, now: NowDep) -> Response:
    """Give everything of one's own as one file."""
    return as_file(export.archive(session, member, now))
