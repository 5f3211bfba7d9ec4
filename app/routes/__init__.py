"""HTTP: read the request, call one flow, shape the answer."""

from app.routes import (
    agreement,
    checkins,
    circle,
    health,
    mine,
    pauses,
    residents,
    stream,
    subscriptions,
    teken,
    walks,
    windows,
)

ROUTERS = (
    residents.router,
    mine.router,
    circle.router,
    checkins.router,
    walks.router,
    agreement.router,
    pauses.router,
    stream.router,
    teken.router,
    subscriptions.router,
    windows.router,
    health.router,
)
