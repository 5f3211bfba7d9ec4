"""The only place that reads the time."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Aware UTC. Demo mode and tests may put it ahead; nothing else moves it."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return this moment, aware UTC."""
        return datetime.now(UTC) + self.ahead
