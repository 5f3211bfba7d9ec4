"""What every operator command shares: the opened house, output for people or programs, errors on stderr."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from app import house as houses
from app import migrating
from app.flows import replaying
from app.house import House
from app.logs import set_up_logs
from app.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Answer for programs.")]


def settings_or_exit() -> Settings:
    """Return the settings, or say which one is wrong and stop; values are not shown, for some are secret."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "TEKEN_" + "_".join(str(part) for part in problem["loc"]).upper() + ": " if problem["loc"] else ""
            typer.echo(f"{name}{problem['msg'].removeprefix('Value error, ')}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def opened(*, is_mending: bool = False) -> Generator[House]:
    """Open the service's parts for one command, on the newest tables; `is_mending` also where serving is refused."""
    settings = settings_or_exit()
    set_up_logs(settings.log_format)
    house = houses.build(settings)
    migrating.to_newest(house.db.writer)
    try:
        if not is_mending:
            keep_what_ended(house)
        yield house
    finally:
        house.close()


def keep_what_ended(house: House) -> None:
    """Refuse a database that a restore made older than its ledger; what a crash cut off is simply done again."""
    with house.db.write() as session:
        missing = replaying.behind(session, house.db.ledger)
        is_older = replaying.is_older(session, missing, house.db.writers)
        if missing and not is_older:
            replaying.replay(session, house.db.ledger, house.clock.now())
    if is_older:
        typer.echo(
            f"This database is older than its ledger ({house.db.ledger.path}): {missing} revocations, withdrawals or "
            "erasures would come back to life. Run: teken ledger replay",
            err=True,
        )
        raise typer.Exit(1)


def fail(why: str) -> NoReturn:
    """Say on stderr what is wrong, and stop."""
    typer.echo(why, err=True)
    raise typer.Exit(1)


def answer(*, as_json: bool, plain: str, **fields: str) -> None:
    """Print for a person or for a program."""
    typer.echo(json.dumps(fields) if as_json else plain)
