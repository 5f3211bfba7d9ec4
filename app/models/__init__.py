"""The tables, and nothing else; importing this package knows them all."""

from app.models import circle, outbox, people, record, silence, walks, work

__all__ = ["circle", "outbox", "people", "record", "silence", "walks", "work"]
