"""Everything about oneself, to take along: made in memory, readable without this service."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel
from sqlmodel import Session, col, or_, select

from app.flows import circle, export_silence, export_work, feed, people, record, subscriptions
from app.models.base import Table
from app.models.circle import Contact
from app.models.people import Resident, Viewer
from app.models.walks import Teken, Walk
from app.models.work import Member, Organisation
from app.phatic import gpx_out
from app.phatic.teken import TekenOut
from app.phatic.wording import day_words, say

Files = Mapping[str, bytes]
TEMPLATES = Path(__file__).parents[1] / "templates" / "export"
ADDRESS = ("channel", "address", "quiet_from", "quiet_until", "created_at", "verified_at", "switched_off_at")
ME = ("name", "language", "time_zone", "keeps_sketches", "is_wide", "circle_is_known", "sign_days", "created_at")
READABLE = 0o644


def archive(session: Session, who: Resident | Viewer | Member, now: datetime) -> bytes:
    """Return a ZIP of everything that is kept of one person, and of nobody else; no file is made on the way."""
    if isinstance(who, Resident):
        return _pack(_of_resident(session, who, now), now, who.time_zone)
    if isinstance(who, Member):
        zone = session.get_one(Organisation, who.organisation_id).time_zone
        return _pack(_of_member(session, who), now, zone)
    return _pack(_of_viewer(session, who), now, who.time_zone)


def note(session: Session, resident: Resident, now: datetime, *, by_operator: bool = False) -> None:
    """Write in the log that everything was taken along, and by whom (charter rule 9)."""
    record.write(session, resident.id, "exported-by-operator" if by_operator else "exported", now)


def _of_resident(session: Session, resident: Resident, now: datetime) -> Files:
    contacts = _contacts_of(session, resident)
    consents = circle.consents_of(session, resident)
    signs = _signs_of(session, resident, now)
    log = record.every_line(session, resident)
    walks = session.exec(select(Walk).where(Walk.resident_id == resident.id).order_by(col(Walk.arrived_at))).all()
    addresses = subscriptions.of(session, resident)
    devices = people.devices_of(session, resident)
    about_silence = export_silence.of_resident(session, resident)
    agreed = [consent.words for consent, _ in consents]
    agreed += [row["words"] for row in about_silence["agreement_consents"]]
    files = {
        "index.html": _page("resident.html", resident.language, me=resident, signs=signs, log=log, agreed=agreed),
        "README.txt": say(resident.language, "export.readme").encode(),
        "me.json": _json(_columns(resident, *ME)),
        "circle.json": _json([_contact(contact) for contact in contacts]),
        "consents.json": _json(
            [consent.model_dump(exclude={"resident_id"}) | {"name": name} for consent, name in consents]
        ),
        "teken.json": _json([_sign(teken, shown) for teken, _, shown in signs]),
        "walks.json": _json([_walk(walk) for walk in walks]),
        "devices.json": _json([_columns(device, "name", "kind", "created_at", "trusted_at") for device in devices]),
        "subscriptions.json": _json([_columns(address, *ADDRESS) for address in addresses]),
        "care.json": _json(export_work.care_of_resident(session, resident)),
        "care_consents.json": _json(export_work.words_of_resident(session, resident)),
        "care_acts.json": _json(export_work.acts_of_resident(session, resident)),
        "log.json": _json(
            [{"day": line.day, "part": line.part, "kind": line.kind, "words": line.sentence} for line in log]
        ),
    }
    files |= {f"{name}.json": _json(rows) for name, rows in about_silence.items()}
    for _, walk, shown in signs:
        files |= _pictures(resident, walk, shown)
    return files


def _of_viewer(session: Session, viewer: Viewer) -> Files:
    rows = session.exec(
        select(Contact, Resident)
        .join(Resident, col(Resident.id) == Contact.resident_id)
        .where(Contact.viewer_id == viewer.id, col(Contact.state).in_([circle.ACTIVE, circle.WAITING]))
        .order_by(col(Contact.id))
    ).all()
    waves = select(Teken).where(Teken.kind == "wave", col(Teken.contact_id).in_([grant.id for grant, _ in rows]))
    waved = session.exec(waves.order_by(col(Teken.day), col(Teken.id))).all()
    grants = [
        _columns(grant, "role", "detail", "state", "is_sixteen") | {"circle_of": resident.name}
        for grant, resident in rows
    ]
    addresses = [_columns(address, *ADDRESS) for address in subscriptions.of(session, viewer)]
    return {
        "index.html": _page("contact.html", viewer.language, grants=grants, addresses=addresses, waves=waved),
        "README.txt": say(viewer.language, "export.readme.contact").encode(),
        "me.json": _json(_columns(viewer, "language", "time_zone")),
        "grants.json": _json(grants),
        "waves.json": _json([_columns(wave, "day", "part") for wave in waved]),
        "subscriptions.json": _json(addresses),
    }


def _of_member(session: Session, member: Member) -> Files:
    kept = export_work.of_member(session, member)
    files = {f"{name}.json": _json(rows) for name, rows in kept.items()}
    page = _page("member.html", member.language, names=list(kept))
    return {"index.html": page, "README.txt": say(member.language, "export.readme.member").encode()} | files


def _contacts_of(session: Session, resident: Resident) -> Sequence[Contact]:
    """Return who is or was in the circle; whoever declined never was, and stands nowhere."""
    rows = select(Contact).where(Contact.resident_id == resident.id)
    was_in = or_(Contact.state != circle.ENDED, col(Contact.began_at).is_not(None))
    return session.exec(rows.where(was_in).order_by(col(Contact.position), col(Contact.id))).all()


def _signs_of(session: Session, resident: Resident, now: datetime) -> list[tuple[Teken, Walk | None, TekenOut]]:
    rows = (
        select(Teken, Walk, Contact)
        .join(Walk, col(Walk.id) == Teken.walk_id, isouter=True)
        .join(Contact, col(Contact.id) == Teken.contact_id, isouter=True)
        .where(Teken.resident_id == resident.id)
        .where(or_(Teken.kind != "wave", col(Teken.told_at).is_not(None)))
        .order_by(col(Teken.happened_at).desc(), col(Teken.id))
    )
    return [
        (teken, walk, feed.own_view(resident, teken, walk, by=contact, now=now))
        for teken, walk, contact in session.exec(rows)
    ]


def _sign(teken: Teken, shown: TekenOut) -> dict[str, Any]:
    exact = {"happened_at": teken.happened_at} if teken.is_exact else {}
    return _columns(teken, "id", "kind", "day", "part", "vocabulary_id") | {"words": shown.words} | exact


def _walk(walk: Walk) -> dict[str, Any]:
    moments = ("ended_at", "arrived_at") if walk.is_exact else ()
    return _columns(walk, "id", "teken_id", "state", "mark", "glyph", *moments) | {"has_place": bool(walk.sketch)}


def _contact(contact: Contact) -> dict[str, Any]:
    names = ("id", "name", "role", "detail", "position", "state", "is_quiet", "takes_waves", "began_at", "ended_at")
    return _columns(contact, *names)


def _pictures(resident: Resident, walk: Walk | None, shown: TekenOut) -> Files:
    files: dict[str, bytes] = {}
    if shown.drawing_svg:
        files[f"drawings/{shown.id}.svg"] = shown.drawing_svg.encode()
    if walk and shown.area:
        files[f"places/{shown.id}-area.geojson"] = _json(shown.area)
    if walk and shown.route:
        files[f"places/{shown.id}-route.geojson"] = _json(shown.route)
        words = [say(resident.language, key) for key in ("export.gpx.name", "export.gpx.about")]
        files[f"places/{shown.id}-route.gpx"] = gpx_out.write(shown.route, *words)
    return files


def _columns(row: Table, *names: str) -> dict[str, Any]:
    """Return only what is named: a column that is added later leaves when somebody decides so."""
    return {name: value for name in names if (value := getattr(row, name)) is not None}


def _json(content: object) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, UUID | date):
        return value.isoformat() if isinstance(value, date) else str(value)
    raise TypeError(type(value).__name__)


def _page(template: str, language: str, **values: Any) -> bytes:  # noqa: ANN401  # whatever a template shows
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    words = {"lang": language, "t": partial(say, language), "day_words": partial(day_words, language)}
    return environment.get_template(template).render(words | values).encode()


def _pack(files: Files, now: datetime, time_zone: str) -> bytes:
    local = now.astimezone(ZoneInfo(time_zone))
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archived:
        for name, content in files.items():
            entry = ZipInfo(f"teken-van-leven/{name}", local.timetuple()[:6])
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, READABLE << 16
            archived.writestr(entry, content)
    return packed.getvalue()
