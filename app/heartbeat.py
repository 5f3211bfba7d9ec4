"""Says outside, once a minute, that the watch runs: whoever counts there notices when it stops."""

from datetime import datetime, timedelta

import httpx
import structlog

EVERY = timedelta(minutes=1)
TIMEOUT_S = 5.0
log = structlog.get_logger("teken.heartbeat")


class Heartbeat:
    """One address of the operator's own, asked at most once a minute; nothing of anybody is in it."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._beat_at: datetime | None = None

    def beat(self, now: datetime) -> None:
        """Ask the address, if it is time; that it does not answer stops nobody here."""
        if self._url is None or (self._beat_at and now - self._beat_at < EVERY):
            return
        self._beat_at = now
        try:
            httpx.get(self._url, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            log.warning("heartbeat-not-heard", error=type(error).__name__)
