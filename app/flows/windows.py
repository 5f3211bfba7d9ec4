"""A contact's windows: an old tablet on the sill, with a token of its own that shows and may do nothing."""

from datetime import datetime

from sqlmodel import Session, col, select

from app import auth, ledger
from app.auth import Keys
from app.models.people import Display, Viewer


def pair(session: Session, keys: Keys, viewer: Viewer, now: datetime) -> tuple[Display, str]:
    """Return a new window with its token, told once."""
    token = auth.new_token(auth.DISPLAY)
    display = Display(viewer_id=viewer.id, token_hash=keys.hash(token), created_at=now)
    session.add(display)
    session.flush()
    return display, token


def windows_of(session: Session, viewer: Viewer) -> list[Display]:
    """Return the windows that still work, oldest first."""
    found = session.exec(
        select(Display).where(Display.viewer_id == viewer.id).order_by(col(Display.created_at), col(Display.id))
    )
    return list(found)


def revoke(session: Session, display: Display) -> None:
    """End a window; its token is refused at the next request."""
    ledger.note(session, "display", display.id)
    session.delete(display)
