"""Every second: release, tell, watch, deliver; stops after its current item, and may be killed at any moment."""

import signal
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random, SystemRandom
from uuid import UUID

import structlog
from sqlmodel import Session

from app.channels.base import Channel, ChannelError
from app.channels.register import Ways, open_channels
from app.errors import Busy
from app.flows import (
    caring,
    circle,
    delivery,
    handovers,
    leaving,
    letters,
    once,
    overdue,
    proposals,
    retention,
    sessions,
    subscriptions,
    suspecting,
    telling,
    watch,
)
from app.flows import walk as walks
from app.flows.letters import Parcel
from app.heartbeat import Heartbeat
from app.house import House

EVERY_S = 1.0
# A slow mail server or webhook holds up one of these, not the others.
DELIVERERS = 4
AT_ONCE = 50
PATIENCE = 5
TIDY_EVERY = timedelta(hours=1)
# Health turns bad when nothing ran for this long; a stop waits no longer for its threads.
LATE = timedelta(minutes=2)
STOP_S = 60.0

log = structlog.get_logger("teken.worker")
Unit = Callable[[Session, UUID, datetime], object]


HOURLY = (
    circle.forget_dead_invitations,
    once.forget_old_answers,
    once.forget_previews,
    subscriptions.forget_unanswered,
    leaving.forget_who_was_told,
    retention.forget_unowned_attempts,
    sessions.forget_old,
    handovers.keep_days,
    caring.forget_codes,
)


class Worker:
    """Does what is due. Each item is a transaction of its own, and one that fails stops no other."""

    def __init__(
        self,
        house: House,
        channels: Mapping[str, Channel] | None = None,
        *,
        lease: timedelta = delivery.LEASE,
        rng: Random | None = None,
    ) -> None:
        self._house = house
        self._channels = channels or open_channels(ways_of(house))
        self._lease = lease
        self._rng = rng or SystemRandom()
        url = house.settings.heartbeat_url
        self._heartbeat = Heartbeat(url.get_secret_value() if url else None)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._tidied_at: datetime | None = None
        self.last_run_at: datetime | None = None

    @property
    def is_alive(self) -> bool:
        """Tell whether the worker was started and is at work."""
        is_late = self.last_run_at is not None and self._house.clock.now() - self.last_run_at > LATE
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads) and not is_late

    def start(self) -> None:
        """Begin, in threads of this process."""
        self.last_run_at = self._house.clock.now()
        loops = [self.keep_time, self.watch, *[self.deliver] * DELIVERERS]
        self._threads = [threading.Thread(target=self._loop, args=(loop,), daemon=True) for loop in loops]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is under way, and begin nothing new."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(STOP_S)

    def run_once(self) -> None:
        """Do everything that is due now, once."""
        self.keep_time()
        self.watch()
        self.deliver()

    def _loop(self, work: Callable[[], bool]) -> None:
        while not self._stopping.is_set():
            try:
                had_work = work()
            except Exception as error:  # noqa: BLE001  # a worker loop outlives whatever goes wrong in it
                had_work = False
                log.error("worker-failed", error=type(error).__name__)  # noqa: TRY400  # a traceback quotes values
            if not had_work:
                self._stopping.wait(EVERY_S)

    def keep_time(self) -> bool:
        """Release walks, tell the signs of the night, tidy once an hour; True if anything was due."""
        self.last_run_at = now = self._house.clock.now()
        with self._house.db.read() as session:
            held = walks.due_walks(session, now, AT_ONCE)
            untold = telling.due(session, now, AT_ONCE)
            untidy = retention.due(session, now, AT_ONCE)
            agreed = proposals.due(session, now, AT_ONCE)
        for walk_id in held:
            self._do(overdue.release, walk_id, overdue.put_off_walk)
        for teken_id in untold:
            self._do(overdue.tell, teken_id, overdue.put_off_sign)
        for proposal_id in agreed:
            self._do(proposals.apply, proposal_id, proposals.put_off)
        for resident_id in untidy:
            self._do(retention.tidy, resident_id, retention.put_off)
        if self._tidied_at is None or now - self._tidied_at >= TIDY_EVERY:
            self._tidied_at = now
            self._tidy(now)
        return bool(held or untold or untidy or agreed)

    def _tidy(self, now: datetime) -> None:
        for forget in HOURLY:
            with self._house.db.write() as session:
                forget(session, now)
        self._house.db.empty_log()  # a reader may have been in the way when somebody was erased

    def watch(self) -> bool:
        """Look at those who are overdue, each one rung at most; True if anybody was."""
        now = self._house.clock.now()
        self._note_watch(now)
        self._heartbeat.beat(now)
        with self._house.db.read() as session:
            if not watch.is_anybody_due(session, now):
                return False
        with self._house.db.write() as session:
            overdue_residents = watch.claim(session, now, AT_ONCE)
        look = partial(watch.look, keys=self._house.keys)
        for resident_id in overdue_residents:
            self._do(look, resident_id, watch.put_off)
        with self._house.db.write() as session:
            if suspecting.notice_many(session, now):
                log.error("watch-suspects-itself", why="too-many-at-once")
        return bool(overdue_residents)

    def _note_watch(self, now: datetime) -> None:
        """Say now and then that the watch runs, and count each hour that ended."""
        with self._house.db.read() as session:
            if not suspecting.is_run_old(session, now):
                return
        with self._house.db.write() as session:
            stood_still = suspecting.note_run(session, now)
            hears_too_little = suspecting.count_hours(session, now)
        if stood_still:
            log.warning("watch-stood-still", minutes=int(stood_still.total_seconds() // 60))
        if hears_too_little:
            log.error("watch-suspects-itself", why="hears-too-little")

    def deliver(self) -> bool:
        """Send what is due; True if anything was."""
        with self._house.db.read() as session:
            items = delivery.due(session, self._house.clock.now(), AT_ONCE)
        # Workers that look at the same moment begin at different ends, and seldom meet.
        self._rng.shuffle(items)
        for item_id in items:
            if self._stopping.is_set():
                break
            try:
                self._deliver(item_id)
            except Exception as error:  # noqa: BLE001  # one bad item must not stop the loop
                self._put_off(item_id, delivery.push_ahead, error)
        return bool(items)

    def _deliver(self, item_id: UUID) -> None:
        """Claim, send, record: three units, because the record must survive a failing send."""
        with self._house.db.write() as session:
            parcel = delivery.claim(session, item_id, self._house.clock.now(), self._lease)
        if isinstance(parcel, str):
            if parcel != delivery.TAKEN:
                log.info("not-sent", item=str(item_id), why=parcel)
            return
        settings, now = self._house.settings, self._house.clock.now()
        message = letters.write(parcel, self._house.keys, settings.public_url, now, help_text=settings.emergency_text)
        try:
            self._channels[parcel.channel].send(parcel.address, message)
        except ChannelError as error:
            self._note_failed(parcel, error)
            return
        self._record(lambda session: delivery.note_sent(session, parcel, self._house.clock.now()))
        log.info("sent", item=str(item_id), channel=parcel.channel)

    def _note_failed(self, parcel: Parcel, error: ChannelError) -> None:
        self._record(lambda session: delivery.note_failed(session, parcel, error, self._house.clock.now(), self._rng))
        log.info("failed", item=str(parcel.item_id), channel=parcel.channel, code=error.code)

    def _record(self, note: Callable[[Session], object]) -> None:
        """Write down what came of a send; a busy writer is waited for, because what is forgotten is sent again."""
        for is_last in (*[False] * PATIENCE, True):
            try:
                with self._house.db.write() as session:
                    note(session)
            except Busy:
                if is_last:
                    raise
            else:
                return

    def _do(self, unit: Unit, row_id: UUID, put_off: Unit) -> None:
        if self._stopping.is_set():
            return
        try:
            with self._house.db.write() as session:
                unit(session, row_id, self._house.clock.now())
        except Exception as error:  # noqa: BLE001  # one bad row must not stop the loop
            self._put_off(row_id, put_off, error)

    def _put_off(self, row_id: UUID, put_off: Unit, error: Exception) -> None:
        """Say it by id and class only, and put the row an hour ahead; a writer that was busy is simply tried again."""
        log.error("put-off", id=str(row_id), error=type(error).__name__)
        if not isinstance(error, Busy):
            with self._house.db.write() as session:
                put_off(session, row_id, self._house.clock.now())


def ways_of(house: House) -> Ways:
    """Return what the channels need to know of the settings."""
    settings = house.settings
    if settings.smtp_url is None:
        return Ways(allow_private=settings.allow_private_addresses)
    smtp_url = settings.smtp_url.get_secret_value()
    return Ways(smtp_url=smtp_url, mail_from=settings.mail_from, allow_private=settings.allow_private_addresses)


def run(house: House, *, lease: timedelta = delivery.LEASE) -> None:
    """Work until the process is told to stop (SIGTERM, or Ctrl-C), then finish the current items."""
    told = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told.set())
    worker = Worker(house, lease=lease)
    worker.start()
    log.info("working")
    told.wait()
    worker.stop()
    log.info("stopped")
