"""Reads uploads: small ones here and now, large or laborious ones in processes that may be killed."""

import os
import resource
import signal
from collections.abc import Generator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from threading import BoundedSemaphore, Lock
from typing import Self

from pebble import ProcessExpired, ProcessPool

from app.errors import Busy, TooLarge, Unreadable
from app.phatic import formats, track
from app.phatic.limits import Limits
from app.phatic.track import Track

KB, MB = 1024, 1024 * 1024


def read_clean(data: bytes, limits: Limits) -> Track:
    """Read a walk and clean it; what `formats.read` and `track.clean` refuse, is refused."""
    return track.clean(formats.read(data, limits))


class Reader:
    """Turns bytes into cleaned tracks; one per process of the service, opened and closed with it.

    A body over `pool_above` bytes goes to one of `processes` others, because parsing it here would make every other
    request wait. There a task may take `task_s` seconds and `memory` bytes of addresses; a process that goes over is
    killed and replaced. At most `places` bodies are read or wait at once. They travel through a pipe, in memory only.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        processes: int = 2,
        pool_above: int = 64 * KB,
        task_s: float = 3.0,
        memory: int = 512 * MB,
        places: int = 16,
    ) -> None:
        self.limits = limits
        self.processes = processes
        self.pool_above = pool_above
        self.task_s = task_s
        self.memory = memory
        # Everybody ahead may need a whole task's time, and a process some seconds to start.
        self.patience_s = 10 + task_s * (places / processes + 1)
        self._places = BoundedSemaphore(places)
        self._lock = Lock()
        self._pool: ProcessPool | None = None

    def open(self) -> Self:
        """Start the processes; they are ready within a second or so, and nobody waits for that here."""
        with self._lock:
            if self._pool is None:
                self._pool = self._started()
        return self

    def close(self) -> None:
        """End the processes; a read that is under way is given up as `busy`."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            _end(pool)

    def read(self, data: bytes) -> Track:
        """Read one upload and clean it. Blocks; call it from a thread that may wait.

        Raises:
            TooLarge, Unsupported, Unreadable: as the readers say; `too-complex` when a process had to be killed.
            Busy: all places are taken, or the reader is closed.
        """
        if len(data) > self.limits.body:
            raise TooLarge
        if len(data) <= self.pool_above:
            return read_clean(data, self.limits)
        with self._place():
            try:
                return self._elsewhere(data)
            except (BrokenProcessPool, RuntimeError):
                # Idle processes that were killed from outside take the whole pool with them: once more, in a new one.
                return self._elsewhere(data)

    @contextmanager
    def _place(self) -> Generator[None]:
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._places.release()

    def _elsewhere(self, data: bytes) -> Track:
        pool = self._pool
        if pool is None:
            raise Busy
        try:
            future = pool.schedule(read_clean, args=(data, self.limits), timeout=self.task_s)
        except RuntimeError:
            self._replace(pool)
            raise
        try:
            return future.result(timeout=self.patience_s)
        except BrokenProcessPool:
            self._replace(pool)
            raise
        except TimeoutError:
            # Raised by the task (it was killed), or by us who waited in vain.
            if future.done():
                raise Unreadable("too-complex") from None
            future.cancel()
            self._replace(pool)
            raise Busy from None
        except (ProcessExpired, MemoryError):
            raise Unreadable("too-complex") from None
        except CancelledError:
            raise Busy from None

    def _replace(self, broken: ProcessPool) -> None:
        with self._lock:
            if self._pool is not broken:
                return
            self._pool = self._started()
        _end(broken)

    def _started(self) -> ProcessPool:
        # Nothing here multiplies matrices, and OpenBLAS reserves addresses for every core as soon as it is loaded.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        with _without_ctrl_c():
            pool = ProcessPool(self.processes, initializer=_confine, initargs=(self.memory,), context=_KeepsLocks())
            pool.schedule(os.getpid)
        return pool


class _KeepsLocks(SpawnContext):
    """Keeps a pool's locks for as long as the pool.

    The pool itself (pebble 5.2) lets go of them before it ends its processes. One that still starts would look for them
    in vain, and say so with a traceback.
    """

    def __init__(self) -> None:
        super().__init__()
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802  # its name there
        lock = super().RLock()
        self._locks.append(lock)
        return lock


@contextmanager
def _without_ctrl_c() -> Generator[None]:
    """Let no process that begins here hear Ctrl-C: a terminal sends it to all of them, and ending them is our part."""
    resource_tracker.ensure_running()  # begun by the pool it would lift the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


def _confine(memory: int) -> None:
    """Limit what this process may take, and let it leave no core file with a walk in it."""
    with suppress(ValueError, OSError):  # macOS knows no limit of addresses
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
