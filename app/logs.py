"""Logs hold ids, counts and codes: never a name, a token, an address or a place."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger


def _class_only(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Keep the class of an error and drop its text and traceback: both may quote a value."""
    error = event.pop("exc_info", None)
    if error:
        kind = error[0] if isinstance(error, tuple) else type(error) if isinstance(error, BaseException) else None
        kind = kind or sys.exc_info()[0]
        event["error"] = kind.__name__ if kind else "unknown"
    return event


def set_up_logs(log_format: str) -> None:
    """Send every log of this process, also those of libraries, to stderr in one form."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _class_only,
    ]
    is_json = log_format == "json"
    last = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # These libraries quote what they handle: addresses of webhooks, statements with their values.
    for name in ("httpx", "httpcore", "sqlalchemy", "alembic", "uvicorn.access", "mail.log"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
