"""The only place that reads the time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Aware UTC. Demo mode and tests may put it ahead; nothing else moves it."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return this moment, aware UTC."""
        return datetime.now(UTC) + self.ahead


class DemoClock(Clock):
    """The demo's clock: how far it is ahead stands in a file, so that every process of the demo agrees."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def ahead(self) -> timedelta:
        """Return how far this clock is ahead; it only ever goes on."""
        try:
            return timedelta(seconds=float(self._path.read_text()))
        except FileNotFoundError:
            return timedelta()

    @ahead.setter
    def ahead(self, ahead: timedelta) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()))
        new.replace(self._path)

    def now(self) -> datetime:
        """Return this moment of the demo, aware UTC."""
        return datetime.now(UTC) + self.ahead
