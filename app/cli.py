"""Operator commands: output for people, `--json` for programs, errors on stderr."""

import errno
import json
import resource
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError

from app import house as houses
from app import migrating, worker
from app.demo import seed
from app.flows import people
from app.house import House
from app.logs import set_up_logs
from app.main import create_app, openapi_bytes
from app.settings import Settings

STREAMS_END_S = 5
cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
demo = typer.Typer(no_args_is_help=True, help="An invented town with invented people.")
resident = typer.Typer(no_args_is_help=True, help="Residents.")
cli.add_typer(demo, name="demo")
cli.add_typer(resident, name="resident")
AsJson = Annotated[bool, typer.Option("--json", help="Answer for programs.")]


def main() -> None:
    """Run a command; what is wrong is said in one line on stderr."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must leave no file with a walk in it
    cli()


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
def opened() -> Generator[House]:
    """Open the service's parts for one command, on the newest tables."""
    settings = settings_or_exit()
    set_up_logs(settings.log_format)
    house = houses.build(settings)
    migrating.to_newest(house.db.writer)
    try:
        yield house
    finally:
        house.close()


def answer(*, as_json: bool, plain: str, **fields: str) -> None:
    """Print for a person or for a program."""
    typer.echo(json.dumps(fields) if as_json else plain)


class Server(uvicorn.Server):
    """Ends live streams before it waits for open answers, so that stopping takes a moment and not for ever."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list | None = None) -> None:
        """Tell long answers to end, then shut down as always."""
        self._house.is_closing = True
        await super().shutdown(sockets)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="TEKEN_PORT", help="Port to listen on; 0 takes a free one.")] = 8000,
    *,
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Deliver from this process.")] = True,
) -> None:
    """Serve the pages and the API; migrates first, and fills an empty demo."""
    settings = settings_or_exit()
    set_up_logs(settings.log_format)
    with listening(host, port) as listener:
        here = f"http://{spoken(host)}:{listener.getsockname()[1]}"
        if settings.demo and "public_url" not in settings.model_fields_set:
            settings = settings.model_copy(update={"public_url": here})  # links in invitations, on another port too
        app = create_app(settings, with_worker=with_worker)
        house: House = app.state.house
        migrating.to_newest(house.db.writer)
        if settings.demo:
            typer.echo(seed.welcome(house, here))
        typer.echo(f"Teken van leven: {here}  (stop with Ctrl+C)")
        config = uvicorn.Config(
            app,
            access_log=False,
            server_header=False,
            log_config=None,
            timeout_graceful_shutdown=STREAMS_END_S,
        )
        Server(config, house).run(sockets=[listener])


def spoken(host: str) -> str:
    """Return a host as a link on this machine names it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # to print
    return f"[{host}]" if ":" in host else host


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; a port that is taken is said in one line, with what to do."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        typer.echo(
            f"Port {port} is in use. Stop what runs there, or choose another: TEKEN_PORT={port + 1} make run", err=True
        )
        raise typer.Exit(1) from None


@cli.command(name="worker")
def run_worker() -> None:
    """Release, tell and deliver, beside servers that run with `--no-worker`."""
    with opened() as house:
        worker.run(house)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    with opened():
        typer.echo("The tables are up to date.")


@cli.command()
def openapi(path: Annotated[Path | None, typer.Argument(help="File to write; else to the screen.")] = None) -> None:
    """Write the OpenAPI document."""
    document = openapi_bytes(create_app(settings_or_exit()))
    if path:
        path.write_bytes(document)
    else:
        sys.stdout.buffer.write(document)


@resident.command(name="add")
def add_resident(
    name: str, *, as_json: AsJson = False, language: str = "nl", time_zone: str = "Europe/Amsterdam"
) -> None:
    """Add a resident, and print the link and the code for their first device."""
    with opened() as house, house.db.write() as session:
        now = house.clock.now()
        added, _ = people.add_resident(session, house.keys, name=name, language=language, time_zone=time_zone, now=now)
        _, code, link = people.make_pairing(session, house.keys, added, now)
        url = f"{house.settings.public_url.rstrip('/')}/p/{link}"
        plain = f"Open this link on the resident's phone (7 days): {url}\nOr type this code there (15 minutes): {code}"
        answer(as_json=as_json, plain=plain, resident_id=str(added.id), url=url, code=code)


@demo.command(name="seed")
def seed_demo(*, as_json: AsJson = False) -> None:
    """Make the demo's town and people, if they are not there yet."""
    with opened() as house:
        if not house.settings.demo:
            typer.echo("The demo is for TEKEN_DEMO=true only.", err=True)
            raise typer.Exit(1)
        seed.fill(house)
        answer(as_json=as_json, plain="The demo is ready.", status="ready")
