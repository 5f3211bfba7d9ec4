"""What one running service consists of: put together by an entrance, handed to whoever needs a part."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.auth import Keys
from app.clock import Clock, DemoClock
from app.db import Database, connect
from app.errors import Conflict
from app.ledger import Ledger
from app.phatic.limits import Limits
from app.reading import Reader
from app.settings import Settings, secrets_of
from app.vault import Vault


@dataclass(slots=True)
class House:
    """Settings, database, keys, clock and reader. `is_closing` tells long answers to end."""

    settings: Settings
    db: Database
    keys: Keys
    clock: Clock
    reader: Reader
    is_closing: bool = False
    _under_way: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one_at_a_time(self, key: str) -> Generator[None]:
        """Let one request with this key run; a second one at the same time gets `Conflict("in-progress")`."""
        with self._lock:
            if key in self._under_way:
                raise Conflict("in-progress")
            self._under_way.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(key)

    def close(self) -> None:
        """Give back processes and connections."""
        self.is_closing = True
        self.reader.close()
        self.db.close()


def build(settings: Settings) -> House:
    """Put the parts together; keys that are not set are made in the data folder, once."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secrets = secrets_of(settings)
    return House(
        settings=settings,
        db=connect(settings.database, Vault(secrets.data_keys), Ledger(settings.ledger)),
        keys=Keys(secrets.secret_key),
        clock=DemoClock(settings.data_dir / "clock-ahead") if settings.demo else Clock(),
        reader=Reader(Limits(body=settings.max_upload_bytes)),
    )
