"""Fills an empty demo: a month of walks, taps and waves, through the same reader, blur and flows as everybody's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from random import SystemRandom

import numpy as np
from sqlmodel import Session, select

from app.auth import CONTACT, RESIDENT, WORK
from app.demo import walker, work
from app.demo.days import TIME_ZONE, Tapped, Walked, Waved, deeds_of
from app.demo.people import CASEWORKER, SEES_DRAWING, SEES_ROUTE, VILLAGERS, WALKER, Tie, Villager
from app.demo.town import Town, oeverdam
from app.demo.walker import SPEED_MS, Habits, Phone
from app.flows import checkin, circle, people, silences, walk, waves
from app.flows.checkin import Tap
from app.flows.circle import Newcomer
from app.house import House
from app.models.circle import Contact
from app.models.people import Device, Resident, Viewer
from app.models.walks import Change, Teken, Walk
from app.phatic.when import local_day

DAYS = 30
# A point each twelve seconds keeps the longest day out below what the reader takes in this process.
PHONE = Phone(every_s=12.0)
RANDOM = SystemRandom()


def fill(house: House, villagers: Sequence[Villager] = VILLAGERS, days: int = DAYS) -> None:
    """Make the town's people and what is missing of their last days; one transaction a resident.

    Run again it adds what happened since, and nothing twice. Tracks exist in memory only, as with every upload.

    Raises:
        RuntimeError: this is no demo.
    """
    if not house.settings.demo:
        raise RuntimeError("invented people are for the demo only")
    for villager in villagers:
        with house.db.write() as session:
            resident = _settle(session, house, villager, timedelta(days=days))
            _live(session, house, villager, resident, days)
            work.agree(session, house, resident)


def welcome(house: House, here: str) -> str:
    """Fill the demo if need be, and return what to open; the links are the same at each start.

    Args:
        house: the service, with its tables.
        here: where it listens, such as `http://127.0.0.1:8000`.
    """
    fill(house)
    with house.db.write() as session:
        work.sit_down(session, house)
    doors = (
        (RESIDENT, WALKER, f"as {WALKER}, a resident"),
        (CONTACT, SEES_DRAWING, f"as {SEES_DRAWING}, a contact who sees drawings"),
        (CONTACT, SEES_ROUTE, f"as {SEES_ROUTE}, a contact who sees blurred routes"),
        (WORK, CASEWORKER, f"as {CASEWORKER}, a caseworker"),
    )
    links = [f"  {who + ':':<45}{here}/demo/{house.keys.demo_token(kind, name)}" for kind, name, who in doors]
    again = "The links open again and again; a browser is one contact at a time, whichever was opened last."
    return "\n".join(["Oeverdam, an invented town, is ready. Open:", *links, again])


def _settle(session: Session, house: House, villager: Villager, ago: timedelta) -> Resident:
    """Return the resident with a phone that works and a circle; make what is not there."""
    keys, now = house.keys, house.clock.now()
    hashed = keys.hash(keys.demo_token(RESIDENT, villager.name))
    device = session.exec(select(Device).where(Device.token_hash == hashed)).first()
    if device:
        device.revoked_at = None
        resident = session.get_one(Resident, device.resident_id)
        # Who was let go stays away, unless their link would open nothing at all any more.
        lost = [tie for tie in villager.circle if _viewer(session, house, tie.viewer) is None]
        _let_in(session, house, resident, lost, now)
        return resident
    now -= ago
    resident, _ = people.add_resident(session, keys, name=villager.name, language="nl", time_zone=TIME_ZONE, now=now)
    device, _ = people.add_device(session, keys, resident, name="Telefoon", kind="phone", now=now)
    device.token_hash = hashed
    _let_in(session, house, resident, villager.circle, now)
    return resident


def _let_in(session: Session, house: House, resident: Resident, ties: Sequence[Tie], now: datetime) -> None:
    """Invite and accept, as everybody does; then the links that are printed open what was granted."""
    newcomer = Newcomer(language="nl", time_zone=TIME_ZONE, is_sixteen=True)
    for tie in ties:
        role = "key_holder" if tie.has_key else "contact"
        invited = circle.invite(
            session, house.keys, resident, name=tie.viewer, role=role, detail=tie.detail, position=None, now=now
        )
        viewer = _viewer(session, house, tie.viewer)
        contact, _, _ = circle.accept(session, house.keys, invited.code, newcomer, viewer=viewer, now=now)
        if viewer is None:
            session.get_one(Viewer, contact.viewer_id).token_hash = _viewer_hash(house, tie.viewer)


def _viewer(session: Session, house: House, name: str) -> Viewer | None:
    return session.exec(select(Viewer).where(Viewer.token_hash == _viewer_hash(house, name))).first()


def _viewer_hash(house: House, name: str) -> str:
    return house.keys.hash(house.keys.demo_token(CONTACT, name))


def _live(session: Session, house: House, villager: Villager, resident: Resident, days: int) -> None:
    """Let everything happen that is past and not there yet, each at its own time."""
    now = house.clock.now()
    if silence := silences.current(session, resident.id):
        now = min(now, silence.heard_at or now)  # who is silent in the demo stays so
    today, there = local_day(now, TIME_ZONE), _known(session, resident)
    friends = {tie.viewer: _active(session, resident, _viewer(session, house, tie.viewer)) for tie in villager.circle}
    past = [deed for ago in range(days, -1, -1) for deed in deeds_of(villager, today - timedelta(days=ago))]
    for deed in past:
        if not resident.created_at < deed.at <= now or deed.at in there:
            continue
        match deed:
            case Tapped():
                checkin.share_tap(session, resident, Tap(words=deed.words, is_rest=deed.is_rest), deed.at)
            case Walked():
                _share(session, house, resident, _gpx(villager, deed), deed.at)
            case Waved():
                if friend := friends[deed.viewer]:
                    waves.wave(session, resident, friend, deed.at)


def _known(session: Session, resident: Resident) -> set[datetime]:
    """Return the moments of everything that was ever here; what was taken back has left its line in the stream."""
    moments = (
        select(Walk.arrived_at).where(Walk.resident_id == resident.id),
        select(Teken.happened_at).where(Teken.resident_id == resident.id),
        select(Change.told_at).where(Change.resident_id == resident.id),
    )
    return {moment for which in moments for moment in session.exec(which)}


def _active(session: Session, resident: Resident, viewer: Viewer | None) -> Contact | None:
    if viewer is None:
        return None
    ties = select(Contact).where(Contact.resident_id == resident.id, Contact.viewer_id == viewer.id)
    return session.exec(ties.where(Contact.state == circle.ACTIVE)).first()


def _share(session: Session, house: House, resident: Resident, gpx: bytes, arrived_at: datetime) -> None:
    """Read a file and share what the reader made of it; released when its own hold was over."""
    track, hold = house.reader.read(gpx), timedelta(minutes=house.settings.hold_minutes)
    shared, _ = walk.share_walk(session, resident, track, arrived_at, RANDOM, hold=hold)
    if shared.state == walk.HELD and shared.release_at <= house.clock.now():
        walk.release_walk(session, resident, shared, shared.release_at)


def _gpx(villager: Villager, deed: Walked) -> bytes:
    rng = np.random.default_rng(deed.seed)
    out = walker.outing(_town(), _habits(villager.seed), walker.choose(rng), rng)
    ended_at = deed.at - timedelta(seconds=deed.late_s)
    started_at = ended_at - timedelta(seconds=round(out.metres / SPEED_MS + out.rest_s))
    return walker.record(_town(), out, started_at, PHONE, rng)


@cache
def _town() -> Town:
    return oeverdam()


@cache
def _habits(seed: int) -> Habits:
    return walker.habits_of(_town(), np.random.default_rng([7, seed]))
