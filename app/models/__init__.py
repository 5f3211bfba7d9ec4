"""The tables, and nothing else; importing this package knows them all."""

from app.models import circle, outbox, people, record, walks

__all__ = ["circle", "outbox", "people", "record", "walks"]
