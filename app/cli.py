"""Operator commands: output for people, `--json` for programs, errors on stderr."""

import errno
import json
import logging
import os
import resource
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import UUID

import typer

from app import cli_people, cli_work, doctor, migrating, serving, worker
from app.console import AsJson, answer, fail, keep_what_ended, opened, settings_or_exit
from app.db import ERASED
from app.demo import seed, story
from app.errors import TekenError
from app.flows import backup, export, leaving, people, replaying, resealing
from app.house import House
from app.logs import set_up_logs
from app.main import create_app, openapi_bytes
from app.models.people import Resident, Viewer
from app.settings import keep_keys, newest_key, secrets_of, with_new_key

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
demo = typer.Typer(no_args_is_help=True, help="An invented town with invented people.")
resident = typer.Typer(no_args_is_help=True, help="Residents.")
ledger = typer.Typer(no_args_is_help=True, help="What must stay undone, also after a restore.")
keys = typer.Typer(no_args_is_help=True, help="The keys that open the columns.")
for group, name in (
    (demo, "demo"),
    (resident, "resident"),
    (cli_people.rings, "ring"),
    (cli_people.representative, "representative"),
    (cli_work.organisation, "organisation"),
    (cli_work.caseworker, "caseworker"),
    (ledger, "ledger"),
    (keys, "keys"),
):
    cli.add_typer(group, name=name)
OWNER_ONLY = 0o600
Silent = Annotated[bool, typer.Option("--silent", help="Tell nobody, after a death.")]
WRONG = {
    "no-backup": "This file is no backup of this service.",
    "other-version": "Another version of the tables made this backup: restore it with that version, then migrate.",
    "not-empty": "The database is not empty; --force drops what it holds.",
}


def main() -> None:
    """Run a command; what is wrong is said in one line on stderr."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must leave no file with a walk in it
    cli()


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
        here = f"http://{serving.spoken(host)}:{listener.getsockname()[1]}"
        if settings.demo and "public_url" not in settings.model_fields_set:
            settings = settings.model_copy(update={"public_url": here})  # links in invitations, on another port too
        app = create_app(settings, with_worker=with_worker)
        house: House = app.state.house
        migrating.to_newest(house.db.writer)
        keep_what_ended(house)
        refuse_unanswered(house)
        if settings.demo:
            typer.echo(seed.welcome(house, here))
        typer.echo(f"Teken van leven: {here}  (stop with Ctrl+C)")
        serving.run(app, house, listener)


def refuse_unanswered(house: House) -> None:
    """Start nothing where an organisation works and nobody is said to answer for people's data."""
    if said := doctor.unanswered(house):
        fail(said)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; a port that is taken is said in one line, with what to do."""
    try:
        return serving.listen(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        fail(f"Port {port} is in use. Stop what runs there, or choose another: TEKEN_PORT={port + 1} make run")


@cli.command(name="worker")
def run_worker() -> None:
    """Release, tell and deliver, beside servers that run with `--no-worker`."""
    with opened() as house:
        refuse_unanswered(house)
        worker.run(house)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    with opened(is_mending=True):
        typer.echo("The tables are up to date.")


@cli.command()
def openapi(path: Annotated[Path | None, typer.Argument(help="File to write; else to the screen.")] = None) -> None:
    """Write the OpenAPI document."""
    with TemporaryDirectory() as folder:  # no keys are left behind where somebody only wants a document
        document = openapi_bytes(create_app(settings_or_exit().model_copy(update={"data_dir": Path(folder)})))
    if path:
        path.write_bytes(document)
    else:
        sys.stdout.buffer.write(document)


@cli.command(name="backup")
def write_backup(file: Path, *, as_json: AsJson = False) -> None:
    """Write everything to one new file, a ZIP. What is sealed stays sealed: keep the keys elsewhere."""
    with opened(is_mending=True) as house, house.db.read() as session:
        try:
            rows = backup.write(session, file, house.clock.now())
        except FileExistsError:
            fail(f"{file} is there already; nothing was written.")
        answer(as_json=as_json, plain=f"{rows} rows are in {file}. The keys are not.", rows=str(rows), file=str(file))


@cli.command(name="restore")
def read_backup(
    file: Path,
    *,
    replay: Annotated[bool, typer.Option(help="End again at once what the ledger says had ended.")] = False,
    force: Annotated[bool, typer.Option(help="Drop what the database holds now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup back into an empty database; it is not served before the ledger was replayed."""
    with opened(is_mending=True) as house:
        try:
            with house.db.write() as session:
                rows = backup.restore(session, file, force=force)
                session.flush()
                again = replaying.replay(session, house.db.ledger, house.clock.now()) if replay else 0
                session.info[ERASED] = True
        except (TekenError, OSError) as error:
            fail(WRONG.get(getattr(error, "code", ""), f"{file} cannot be read."))
        said = f"{again} lines of the ledger were replayed." if replay else "Now run: teken ledger replay"
        answer(as_json=as_json, plain=f"{rows} rows are back. {said}", rows=str(rows), replayed=str(again))


@ledger.command(name="replay")
def replay_ledger(*, as_json: AsJson = False) -> None:
    """End again what had ended after the backup was made; twice is as good as once."""
    with opened(is_mending=True) as house:
        with house.db.write() as session:
            replaying.behind(session, house.db.ledger)
            again = replaying.replay(session, house.db.ledger, house.clock.now())
            session.info[ERASED] = True
        answer(as_json=as_json, plain=f"{again} lines of the ledger were replayed.", replayed=str(again))


@cli.command(name="doctor")
def examine(*, as_json: AsJson = False) -> None:
    """Say in words what is misconfigured; the exit code is 1 where it must be mended."""
    settings = settings_or_exit()  # what is unsafe together is said here, as at every start
    with opened(is_mending=True) as house:
        wrong = doctor.wrong(house)
        advice = doctor.advice(settings)
    if as_json:
        typer.echo(json.dumps({"wrong": wrong, "advice": advice}))
    else:
        for line in wrong or ["Nothing is wrong."]:
            typer.echo(line, err=bool(wrong))
        for line in advice:
            typer.echo(f"Better: {line}")
    if wrong:
        raise typer.Exit(1)


def tell_keys(house: House, keys: str, then: str) -> None:
    """Keep changed keys in their file, or print what to set."""
    if keep_keys(house.settings, keys):
        typer.echo(f"{house.settings.data_dir / 'data.key'} was written. {then}")
    else:
        typer.echo(f"TEKEN_DATA_KEYS={keys}")
        typer.echo(f"Set this. {then}", err=True)


@keys.command(name="new")
def new_key() -> None:
    """Add a key of the next version."""
    with opened() as house:
        known = secrets_of(house.settings).data_keys
        tell_keys(house, with_new_key(known), "Restart every process, then run: teken keys rotate")


@keys.command(name="rotate")
def rotate_keys(*, as_json: AsJson = False) -> None:
    """Seal every column with the newest key, while the service runs; stopped, it goes on where it was."""
    with opened() as house:
        rows = resealing.rotate(house.db.write)
        house.db.empty_log()
        plain = f"{rows} rows were sealed anew. Older keys can go, but for old backups: teken keys drop"
        answer(as_json=as_json, plain=plain, rows=str(rows))


@keys.command(name="drop")
def drop_keys() -> None:
    """Let go of every key but the newest, once nothing needs them."""
    with opened() as house:
        with house.db.read() as session:
            rows = resealing.left(session)
        if rows:
            fail(f"{rows} rows still need an older key. Run: teken keys rotate")
        tell_keys(house, newest_key(secrets_of(house.settings).data_keys), "Restart every process.")


@cli.command(name="export")
def export_person(person_id: UUID, file: Path, *, as_json: AsJson = False) -> None:
    """Write everything about a resident or a contact to one new file, the ZIP that they can take along themselves.

    A resident reads in their log that the operator did.
    """
    with opened() as house:
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        except OSError as error:
            fail(f"{file} cannot be written ({error.strerror}).")
        with os.fdopen(handle, "wb") as written, house.db.write() as session:
            person = session.get(Resident, person_id) or session.get(Viewer, person_id)
            if person is None:
                file.unlink()
                fail("There is nobody with this id.")
            now = house.clock.now()
            if isinstance(person, Resident):
                export.note(session, person, now, by_operator=True)
            written.write(export.archive(session, person, now))
        plain = f"Everything about this person is in {file}. Give it to nobody but them, and then remove it."
        answer(as_json=as_json, plain=plain, exported=str(person_id), file=str(file))


@cli.command(name="erase")
def erase_person(person_id: UUID, *, silent: Silent = False, as_json: AsJson = False) -> None:
    """Erase a resident or a contact, with everything that is theirs; there is no way back."""
    with opened() as house, house.db.write() as session:
        person = session.get(Resident, person_id) or session.get(Viewer, person_id)
        if person is None:
            fail("There is nobody with this id.")
        leaving.erase(session, person, house.clock.now(), is_silent=silent)
        answer(as_json=as_json, plain="Everything of this person is gone.", erased=str(person_id))


@resident.command(name="add")
def add_resident(
    name: str, *, as_json: AsJson = False, language: str = "nl", time_zone: str = "Europe/Amsterdam"
) -> None:
    """Add a resident, and print the link and the code for their first device."""
    with opened() as house, house.db.write() as session:
        now = house.clock.now()
        added, _ = people.add_resident(session, house.keys, name=name, language=language, time_zone=time_zone, now=now)
        _, code, link = people.make_pairing(session, house.keys, added, now, is_own=False)
        url = f"{house.settings.public_url.rstrip('/')}/p/{link}"
        plain = f"Open this link on the resident's phone (7 days): {url}\nOr type this code there (15 minutes): {code}"
        answer(as_json=as_json, plain=plain, resident_id=str(added.id), url=url, code=code)


@demo.command(name="days")
def pass_days(days: Annotated[int, typer.Argument(min=1, max=60, help="How many days to let pass.")]) -> None:
    """Let days pass in the demo: Corrie and Henk fall silent, and one reads who is asked what, when."""
    with opened() as house:
        if not house.settings.demo:
            fail("The demo is for TEKEN_DEMO=true only.")
        seed.fill(house)
        logging.getLogger().setLevel(logging.WARNING)  # a line a letter would drown the story
        typer.echo(f"{days} days in Oeverdam:")
        for line in story.let_pass(house, days, worker.Worker(house).run_once):
            typer.echo(line)


@demo.command(name="seed")
def seed_demo(*, as_json: AsJson = False) -> None:
    """Make the demo's town and people, if they are not there yet."""
    with opened() as house:
        if not house.settings.demo:
            typer.echo("The demo is for TEKEN_DEMO=true only.", err=True)
            raise typer.Exit(1)
        seed.fill(house)
        answer(as_json=as_json, plain="The demo is ready.", status="ready")
