"""Operator commands about organisations and who works there."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from app.console import AsJson, answer, fail, opened
from app.flows import organisations
from app.house import House
from app.models.work import Organisation

organisation = typer.Typer(no_args_is_help=True, help="Organisations.")
caseworker = typer.Typer(no_args_is_help=True, help="Who works at an organisation.")
FIRST_ADMIN = "Beheerder"


class Role(StrEnum):
    """What somebody does at an organisation."""

    CASEWORKER = "caseworker"
    DEPUTY = "deputy"
    LEAD = "lead"
    ADMIN = "admin"


@organisation.command(name="add")
def add_organisation(name: str, *, as_json: AsJson = False, time_zone: str = "Europe/Amsterdam") -> None:
    """Add an organisation, and print the link for its first admin, who fills in the legal basis."""
    with opened() as house, house.db.write() as session:
        if missing := house.settings.missing_answers:
            fail(f"First set {', '.join(missing)}: people must know who answers for their data.")
        now, country = house.clock.now(), house.settings.holidays
        made = organisations.add(session, name=name, time_zone=time_zone, holidays=country, now=now)
        wanted = {"name": FIRST_ADMIN, "role": "admin"}
        invited = organisations.invite(session, house.keys, made, wanted, language="nl", now=now)
        url = link_to_work(house, invited.link)
        plain = f"Organisation {made.id}\nOpen this link as its admin (7 days): {url}"
        answer(as_json=as_json, plain=plain, organisation_id=str(made.id), url=url)


@caseworker.command(name="add")
def add_caseworker(
    name: str,
    *,
    organisation_id: Annotated[UUID, typer.Option("--organisation", help="The organisation's id.")],
    role: Annotated[Role, typer.Option(help="What they do there.")] = Role.CASEWORKER,
    language: str = "nl",
    as_json: AsJson = False,
) -> None:
    """Let somebody in to work at an organisation, and print their link."""
    with opened() as house, house.db.write() as session:
        found = session.get(Organisation, organisation_id)
        if found is None:
            fail("There is no organisation with this id.")
        wanted = {"name": name, "role": role.value}
        invited = organisations.invite(session, house.keys, found, wanted, language=language, now=house.clock.now())
        url = link_to_work(house, invited.link)
        plain = f"Open this link to come in (7 days): {url}"
        answer(as_json=as_json, plain=plain, member_id=str(invited.member.id), url=url)


def link_to_work(house: House, link: str) -> str:
    """Return the address that a member's invitation opens."""
    return f"{house.settings.public_url.rstrip('/')}/werk/binnen/{link}"
