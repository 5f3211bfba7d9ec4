"""What each person gets to see: the resident everything of their own, a contact today and the last sign."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import case, or_
from sqlmodel import Session, col, select

from app.auth import Keys
from app.flows import circle, paging
from app.models.circle import Consent, Contact
from app.models.people import Resident, Viewer
from app.models.walks import Teken, Walk
from app.phatic.glyph import Glyph
from app.phatic.sketch import Sketch
from app.phatic.teken import (
    DETAILS,
    AreaOut,
    Detail,
    Facts,
    Grant,
    Granted,
    RouteOut,
    TekenOut,
    WalkFacts,
    at_most,
    granted,
    view,
)
from app.phatic.when import Part, as_told, last_morning, local_day
from app.phatic.wording import say

EVER = datetime.min.replace(tzinfo=UTC)
# Nobody's grant: the resident sees the place and the form of the whole walk.
OWN = Granted(now="route", at_first="drawing")


def for_viewer(
    session: Session,
    viewer: Viewer,
    grants: Sequence[tuple[Contact, Resident]],
    now: datetime,
    *,
    most: Detail = "route",
) -> list[TekenOut]:
    """Return per resident the signs of today in their zone, and if there are none the newest before."""
    shown: list[TekenOut] = []
    for contact, resident in grants:
        if resident.frozen_at:
            continue  # the page says a gentle word instead (`flows/cards.py`)
        rows = visible(session, contact, resident, now)
        shown += shape_for_contact(session, rows, resident, contact, language=viewer.language, now=now, most=most)
    return shown


def visible(session: Session, contact: Contact, resident: Resident, now: datetime) -> list[tuple[Teken, Walk | None]]:
    """Return the rows that one grant shows now, by part of the day with the newest first.

    Inside a part their order is that of kind and id, because the real one would tell a time (`trust.md` 10).
    Who is kept quiet has one, of a day before, from the next morning on (`trust.md` 13).
    """
    parts = case({str(part): as_told(part).begins_h for part in Part}, value=Teken.part)
    told = (
        select(Teken, Walk)
        .join(Walk, col(Walk.id) == Teken.walk_id, isouter=True)
        .where(Teken.resident_id == resident.id, Teken.kind != "wave")
        .where(col(Teken.told_at).is_not(None), col(Teken.told_at) >= contact.began_at)
        .where(or_(col(Teken.repeats_told_at).is_(None), col(Teken.repeats_told_at) < contact.began_at))
        .order_by(col(Teken.day).desc(), parts.desc(), col(Teken.kind).desc(), col(Teken.id))
    )
    if contact.is_quiet:
        morning = last_morning(now, resident.time_zone)
        told = told.where(col(Teken.told_at) < morning, Teken.day < local_day(morning, resident.time_zone))
        return list(session.exec(told.limit(1)))
    today = local_day(now, resident.time_zone)
    return list(session.exec(told.where(Teken.day == today))) or list(session.exec(told.limit(1)))


def shape_for_contact(
    session: Session,
    rows: Sequence[tuple[Teken, Walk | None]],
    resident: Resident,
    contact: Contact,
    *,
    language: str,
    now: datetime,
    read_later: bool = False,
    most: Detail = "route",
) -> list[TekenOut]:
    """Return the very objects that a contact gets for these rows; `most` is what the window it is for may show."""
    history = history_of(session, contact)
    today = local_day(now, resident.time_zone)
    return [
        view(
            facts_of(resident, teken, walk),
            at_most(granted(history, teken.happened_at), most),
            language=language,
            today=today,
            read_later=read_later,
        )
        for teken, walk in rows
    ]


def history_of(session: Session, contact: Contact) -> list[Grant]:
    """Return what this contact was granted, in the order of time; before they accept, what they were offered."""
    rows = session.exec(select(Consent).where(Consent.contact_id == contact.id).order_by(col(Consent.from_at)))
    grants = [Grant(detail=_detail(row.detail), from_at=row.from_at, until_at=row.until_at) for row in rows]
    return grants or [Grant(detail=_detail(circle.shown_detail(contact)), from_at=EVER, until_at=None)]


def own(
    session: Session, keys: Keys, resident: Resident, *, cursor: str | None, limit: int, now: datetime
) -> tuple[list[TekenOut], str | None]:
    """Return a page of the resident's own signs and the waves received, newest first, and where to go on."""
    rows = select(Teken, Walk, Contact).where(Teken.resident_id == resident.id)
    rows = rows.join(Walk, col(Walk.id) == Teken.walk_id, isouter=True)
    rows = rows.join(Contact, col(Contact.id) == Teken.contact_id, isouter=True)
    rows = rows.where(or_(col(Teken.kind) != "wave", col(Teken.told_at).is_not(None)))
    if cursor:
        rows = rows.where(paging.before(Teken.happened_at, Teken.id, paging.unseal(keys, cursor)))
    found = list(session.exec(rows.order_by(col(Teken.happened_at).desc(), col(Teken.id).desc()).limit(limit + 1)))
    page = found[:limit]
    more = paging.seal(keys, page[-1][0].happened_at, page[-1][0].id) if len(found) > limit else None
    return [own_view(resident, teken, walk, by=contact, now=now) for teken, walk, contact in page], more


def own_view(
    resident: Resident, teken: Teken, walk: Walk | None, *, by: Contact | None = None, now: datetime
) -> TekenOut:
    """Return a teken as its own resident sees it; a wave says who waved."""
    facts = facts_of(resident, teken, walk)
    today = local_day(now, resident.time_zone)
    shown = view(facts, OWN, language=resident.language, today=today)
    if by is None:
        return shown
    return shown.model_copy(update={"words": say(resident.language, "teken.wave.from", name=by.name)})


def wave_view(resident: Resident, contact: Contact, sign: Teken, *, language: str, now: datetime) -> TekenOut:
    """Return a wave as the one who waved sees it."""
    detail = _detail(contact.detail)
    today = local_day(now, resident.time_zone)
    return view(facts_of(resident, sign, None), Granted(now=detail, at_first=detail), language=language, today=today)


def preview(
    session: Session, resident: Resident, row: tuple[Teken, Walk | None], contact: Contact, now: datetime
) -> TekenOut:
    """Return the very object that one contact gets of a sign, in their language."""
    viewer = session.get(Viewer, contact.viewer_id) if contact.viewer_id else None
    language = viewer.language if viewer else resident.language
    [shown] = shape_for_contact(session, [row], resident, contact, language=language, now=now)
    return shown


def previews(resident: Resident, teken: Teken, walk: Walk, now: datetime) -> dict[Detail, TekenOut]:
    """Return a walk as a contact with each of the four details gets it."""
    facts = facts_of(resident, teken, walk)
    today = local_day(now, resident.time_zone)
    return {
        detail: view(facts, Granted(now=detail, at_first=detail), language=resident.language, today=today)
        for detail in DETAILS
    }


def facts_of(resident: Resident, teken: Teken, walk: Walk | None) -> Facts:
    """Gather what a teken is made of."""
    return Facts(
        id=teken.id,
        resident_id=resident.id,
        resident_name=resident.name,
        hand=bytes.fromhex(resident.hand),
        kind=teken.kind,  # ty: ignore[invalid-argument-type]  # written by the flows, which know the kinds
        day=teken.day,
        part=Part(teken.part),
        own_words=teken.words,
        walk=_walk_facts(walk) if walk else None,
    )


def _walk_facts(walk: Walk) -> WalkFacts:
    sketch = Sketch.from_json(walk.sketch) if walk.sketch else None
    return WalkFacts(
        glyph=Glyph.parse(walk.glyph) if walk.glyph else None,
        sketch_glyph=Glyph.parse(walk.sketch_glyph) if walk.sketch_glyph else None,
        area=AreaOut.model_validate(sketch.area) if sketch else None,
        route=RouteOut.model_validate(sketch.route) if sketch else None,
    )


def _detail(text: str) -> Detail:
    return next(detail for detail in DETAILS if detail == text)
