"""Operator commands about people together: a ring of peers, and who speaks for somebody in law."""

import json
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from app.console import AsJson, answer, fail, opened
from app.errors import TekenError
from app.flows import representatives, ring
from app.models.people import Resident

FEWEST = 2
rings = typer.Typer(no_args_is_help=True, help="Neighbours who watch over each other.")
representative = typer.Typer(no_args_is_help=True, help="Who speaks for a resident in law.")


@rings.command(name="add")
def add_ring(
    names: list[str], *, as_json: AsJson = False, language: str = "nl", time_zone: str = "Europe/Amsterdam"
) -> None:
    """Make a ring: for each name a link to begin with, and a link to each of the others. Nothing flows before a yes."""
    if len(set(names)) != len(names) or len(names) < FEWEST:
        fail("A ring needs two names or more, and each only once.")
    with opened() as house, house.db.write() as session:
        now, base = house.clock.now(), house.settings.public_url.rstrip("/")
        seats = ring.make(session, house.keys, names, language=language, time_zone=time_zone, now=now)
        made: list[dict[str, object]] = [
            {
                "name": seat.resident.name,
                "resident_id": str(seat.resident.id),
                "url": f"{base}/p/{seat.link}",
                "code": seat.code,
                "watches_over": {name: f"{base}/u/{link}" for name, link in seat.invitations.items()},
            }
            for seat in seats
        ]
        typer.echo(json.dumps({"ring": made}) if as_json else "\n\n".join(map(_told, made)))


def _told(seat: dict[str, object]) -> str:
    """Return what one of the ring needs to begin, on their own phone."""
    links = seat["watches_over"]
    others = [f"  {name}: {url}" for name, url in links.items()] if isinstance(links, dict) else []
    head = f"{seat['name']}, open this first (7 days): {seat['url']}\nThen, on the same phone, to watch over:"
    return "\n".join([head, *others])


@representative.command(name="set")
def set_representative(
    resident_id: UUID,
    name: str,
    *,
    kind: Annotated[str, typer.Option(help="mentor, curator, administrator, proxy or family")],
    checked_by: Annotated[str, typer.Option(help="Who saw the paper.")],
    days: Annotated[int, typer.Option(help="Until when; half a year at most.")] = 183,
    as_json: AsJson = False,
) -> None:
    """Record who speaks for a resident; they see it on their page, and their own stop always works."""
    if kind not in representatives.KINDS:
        fail(f"One of: {', '.join(representatives.KINDS)}")
    with opened() as house, house.db.write() as session:
        resident, now = session.get(Resident, resident_id), house.clock.now()
        if resident is None:
            fail("There is nobody with this id.")
        wanted = representatives.Wanted(name, kind, checked_by, now + timedelta(days=days))
        try:
            representatives.set_for(session, resident, wanted, now)
        except TekenError:
            fail("It ends in the past, or more than half a year from now.")
        answer(as_json=as_json, plain="That is recorded.", resident_id=str(resident_id), kind=kind)
