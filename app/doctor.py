"""Looks at an installation as an operator would: what must be mended, and what could be better."""

import os

from cryptography.exceptions import InvalidTag
from sqlmodel import select

from app.flows import replaying
from app.house import House
from app.models.people import Resident
from app.models.work import Organisation
from app.settings import LOOPBACK, Settings

OWNER_ONLY = 0o077


def wrong(house: House) -> list[str]:
    """Return what must be mended before this can be served."""
    found = []
    settings = house.settings
    with house.db.write() as session:
        missing = replaying.behind(session, house.db.ledger)
        if replaying.is_older(session, missing, house.db.writers):
            found.append(f"The database is older than its ledger by {missing} lines. Run: teken ledger replay")
        try:
            session.exec(select(Resident).limit(1)).first()
        except (InvalidTag, KeyError):
            found.append("The columns cannot be read: TEKEN_DATA_KEYS lacks the key that sealed them.")
    if said := unanswered(house):
        found.append(said)
    for name in ("secret.key", "data.key", "ledger"):
        path = settings.data_dir / name
        if path.exists() and path.stat().st_mode & OWNER_ONLY:
            found.append(f"{path} can be read by others on this machine. Run: chmod 600 {path}")
    if not os.access(settings.data_dir, os.W_OK):
        found.append(f"TEKEN_DATA_DIR ({settings.data_dir}) cannot be written.")
    return found


def unanswered(house: House) -> str | None:
    """Say that an organisation works here while nobody is said to answer for people's data (`trust.md` 26)."""
    missing = house.settings.missing_answers
    if not missing:
        return None
    with house.db.read() as session:
        if session.exec(select(Organisation.id).limit(1)).first() is None:
            return None
    return f"An organisation works here, and people must know who answers for their data. Set {', '.join(missing)}."


def advice(settings: Settings) -> list[str]:
    """Return what works, and could be better."""
    found = {
        "TEKEN_PUBLIC_URL is this machine only: nobody else can open the links.": _host(settings) in LOOPBACK,
        "without TEKEN_SMTP_URL no mail leaves; it goes to the log.": settings.smtp_url is None,
        "put TEKEN_DATA_KEYS elsewhere: a stolen disk holds the columns and their key.": settings.data_keys is None,
        "put TEKEN_LEDGER_PATH on another disk: a snapshot of DATA_DIR turns back the ledger too.": (
            settings.ledger_path is None
        ),
        "TEKEN_DEMO is on: this is no place for real people.": settings.demo,
    }
    return [line for line, is_so in found.items() if is_so]


def _host(settings: Settings) -> str:
    return settings.public_url.split("//", 1)[-1].split("/")[0].rsplit(":", 1)[0]
