"""Residents come in: sign up, pair a phone, find back with the paper key, revoke what was lost."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app import auth, ledger
from app.auth import Keys
from app.errors import Conflict, Expired, NotAllowed, NotFound
from app.flows import due, memory, record, wide
from app.models.circle import Contact
from app.models.people import Device, Pairing, Resident, Viewer
from app.models.silence import Agreement
from app.models.walks import Teken
from app.models.work import Member, WayBack

HAND_BYTES = 32
TIDIED_AFTER = timedelta(days=1)  # the first daily tidying (`flows/retention.py`)


@dataclass(frozen=True, slots=True)
class Started:
    """A resident who just came in, with the secrets that are told once."""

    resident: Resident
    token: str
    paper_key: str


def sign_up(session: Session, keys: Keys, *, name: str, language: str, time_zone: str, now: datetime) -> Started:
    """Start as a resident: an empty circle, one device, a paper key for when the phone is lost."""
    resident, paper_key = add_resident(session, keys, name=name, language=language, time_zone=time_zone, now=now)
    _, token = add_device(session, keys, resident, name="", kind="phone", now=now)
    return Started(resident=resident, token=token, paper_key=paper_key)


def add_resident(
    session: Session, keys: Keys, *, name: str, language: str, time_zone: str, now: datetime
) -> tuple[Resident, str]:
    """Make a resident without any device; for the operator, who hands over a pairing link."""
    paper_key = auth.new_paper_key()
    resident = Resident(
        name=name,
        language=language,
        time_zone=time_zone,
        hand=secrets.token_hex(HAND_BYTES),
        paper_key_hash=keys.hash(paper_key),
        created_at=now,
        tidy_at=now + TIDIED_AFTER,
    )
    session.add(resident)
    session.flush()
    session.add(Agreement(resident_id=resident.id, agreed_at=now))
    record.write(session, resident.id, "started", now)
    return resident, paper_key


def add_device(
    session: Session, keys: Keys, resident: Resident, *, name: str, kind: str, now: datetime
) -> tuple[Device, str]:
    """Return a new device with its token; an `upload` device may only bring walks and check-ins."""
    token = auth.new_token(auth.UPLOAD if kind == "upload" else auth.RESIDENT)
    device = Device(resident_id=resident.id, kind=kind, name=name, token_hash=keys.hash(token), created_at=now)
    device.counts = kind != "upload"  # another app's taps count once the resident says so (`trust.md` 32)
    if not _had_device(session, resident):
        device.trusted_at = now
    session.add(device)
    session.flush()
    record.write(session, resident.id, "device-added", now, device=name)
    return device, token


def _had_device(session: Session, resident: Resident) -> bool:
    return session.exec(select(Device.id).where(Device.resident_id == resident.id).limit(1)).first() is not None


def trust(session: Session, device: Device, now: datetime) -> Device:
    """Let a new device do what an older one may: "Ja, dat ben ik"."""
    if device.trusted_at is None:
        device.trusted_at = now
        session.add(device)
        record.write(session, device.resident_id, "device-trusted", now, device=device.name)
    return device


def make_pairing(
    session: Session, keys: Keys, resident: Resident, now: datetime, *, is_own: bool
) -> tuple[Pairing, str, str]:
    """Return a pairing with its spoken code and its link secret; `is_own` when the resident made it."""
    code, link = auth.new_code(), auth.new_link()
    pairing = Pairing(
        resident_id=resident.id,
        code_hash=keys.hash(code),
        link_hash=keys.hash(link),
        is_own=is_own,
        made_at=now,
    )
    session.add(pairing)
    session.flush()
    return pairing, code, link


def new_paper_key(session: Session, keys: Keys, resident: Resident, now: datetime) -> str:
    """Return a new paper key, told once; the old one opens nothing any more."""
    paper_key = auth.new_paper_key()
    row = session.get_one(Resident, resident.id)
    row.paper_key_hash = keys.hash(paper_key)
    session.add(row)
    record.write(session, row.id, "paper-key-made", now)
    return paper_key


def accept_pairing(
    session: Session, keys: Keys, secret: str, *, device_name: str, now: datetime
) -> tuple[Resident, str]:
    """Bind a new device by code, link or paper key; the paper key ends the devices before it."""
    if secret.upper().startswith(auth.PAPER.upper()):
        return _by_paper_key(session, keys, secret, device_name=device_name, now=now)
    pairing = find_pairing(session, keys, secret, now)
    used = session.exec(
        update(Pairing).where(col(Pairing.id) == pairing.id, col(Pairing.used_at).is_(None)).values(used_at=now)
    )
    if used.rowcount != 1:
        raise Conflict("already-done")
    resident = session.get_one(Resident, pairing.resident_id)
    device, token = add_device(session, keys, resident, name=device_name, kind="phone", now=now)
    if session.exec(select(WayBack.id).where(WayBack.pairing_id == pairing.id)).first():
        _take_the_place_of_all(session, resident, device, now)
    return resident, token


def _take_the_place_of_all(session: Session, resident: Resident, device: Device, now: datetime) -> None:
    """End the devices before this one, which came by way of two caseworkers and a day's wait, as paper would."""
    for older in devices_of(session, resident):
        if older.id != device.id:
            revoke(session, older, now)
    device.trusted_at = now
    session.add(device)


def find_pairing(session: Session, keys: Keys, secret: str, now: datetime) -> Pairing:
    """Return the pairing that a code or a link opens; reading it uses nothing up."""
    hashed = keys.hash(secret)
    column, lives = (
        (Pairing.code_hash, auth.CODE_LIVES) if auth.is_code(secret) else (Pairing.link_hash, auth.LINK_LIVES)
    )
    pairing = session.exec(select(Pairing).where(column == hashed)).first()
    if pairing is None:
        raise NotFound
    if pairing.used_at is not None:
        raise Conflict("already-done")
    if pairing.made_at + lives <= now:
        raise Expired
    if not pairing.is_own and has_begun(session, pairing.resident_id):
        raise NotAllowed("not-yours-to-pair")
    return pairing


def has_begun(session: Session, resident_id: UUID) -> bool:
    """Tell whether a resident ever had a device, or has a sign or a circle: from then on only they pair."""
    owned = (Device, Teken, Contact)
    return any(session.exec(select(of.id).where(of.resident_id == resident_id).limit(1)).first() for of in owned)


def _by_paper_key(
    session: Session, keys: Keys, secret: str, *, device_name: str, now: datetime
) -> tuple[Resident, str]:
    plain = auth.PAPER + secret[len(auth.PAPER) :].upper().strip()
    resident = session.exec(select(Resident).where(Resident.paper_key_hash == keys.hash(plain))).first()
    if resident is None:
        raise NotFound
    record.write(session, resident.id, "paper-key-used", now)
    for device in devices_of(session, resident):
        revoke(session, device, now)
    # Who took the phone may have made a link with it, to come back by.
    session.exec(
        update(Pairing)
        .where(col(Pairing.resident_id) == resident.id, col(Pairing.used_at).is_(None))
        .values(used_at=now)
    )
    device, token = add_device(session, keys, resident, name=device_name, kind="phone", now=now)
    device.trusted_at = now  # whoever holds the paper is the resident, and nobody else is left to ask
    return resident, token


def devices_of(session: Session, resident: Resident) -> list[Device]:
    """Return the devices that still work, oldest first."""
    found = session.exec(
        select(Device)
        .where(Device.resident_id == resident.id, col(Device.revoked_at).is_(None))
        .order_by(col(Device.created_at), col(Device.id))
    )
    return list(found)


def change_self(
    session: Session, who: Resident | Viewer | Member, wanted: dict[str, Any], now: datetime
) -> Resident | Viewer | Member:
    """Change own settings; a name or Sketches are the resident's only."""
    row = session.get_one(type(who), who.id)
    if wanted.get("is_wide") and isinstance(row, Resident):
        row = wide.widen(session, row.id, now)
        wanted = {name: value for name, value in wanted.items() if name != "is_wide"}
        if not wanted:
            return row
    moves = "time_zone" in wanted and wanted["time_zone"] != getattr(row, "time_zone", None)
    for name, value in wanted.items():
        if name not in type(row).model_fields:
            raise NotAllowed
        setattr(row, name, value)
    session.add(row)
    session.flush()
    if isinstance(row, Resident):
        memory.forget_unseen_sketches(session, row)
        record.write(session, row.id, "settings-changed", now)
        if moves:
            due.follow_zone(session, row, now)
    return row


def revoke(session: Session, device: Device, now: datetime) -> None:
    """End a device; its token is refused at the next request, and the ways in that it may have made are closed."""
    device.revoked_at = now
    session.exec(
        update(Pairing)
        .where(col(Pairing.resident_id) == device.resident_id, col(Pairing.used_at).is_(None))
        .values(used_at=now)
    )
    session.add(device)
    ledger.note(session, "device", device.id)
    record.write(session, device.resident_id, "device-revoked", now, device=device.name)
