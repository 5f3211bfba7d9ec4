"""The bell that wakes live pages: in this process now, behind an interface that a message bus can take over."""

import asyncio
import threading
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from uuid import UUID


class Bell:
    """One listener's bell, for the `residents` it may see now. Belongs to the event loop it was made in."""

    def __init__(self) -> None:
        self.residents: frozenset[UUID] = frozenset()
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """Wake the listener, from any thread."""
        with suppress(RuntimeError):  # the loop closed while we rang: nobody listens any more
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, timeout_s: float) -> None:
        """Return when rung since the last wait, or after the time-out."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), timeout_s)
        self._event.clear()


class Live:
    """Rings per resident. A missed ring is no loss: who listens also looks again by itself, within two seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bells: set[Bell] = set()

    @contextmanager
    def listen(self) -> Generator[Bell]:
        """Hang up a bell for as long as the block lasts."""
        bell = Bell()
        with self._lock:
            self._bells.add(bell)
        try:
            yield bell
        finally:
            with self._lock:
                self._bells.discard(bell)

    def ring(self, residents: Collection[UUID]) -> None:
        """Wake everyone who listens to one of these residents; from any thread, after the commit."""
        with self._lock:
            woken = [bell for bell in self._bells if not bell.residents.isdisjoint(residents)]
        for bell in woken:
            bell.ring()
