"""HTTP: read the request, call one flow, shape the answer."""

from app.routes import (
    agreement,
    caring,
    cases,
    checkins,
    circle,
    health,
    mine,
    organisations,
    pauses,
    residents,
    sessions,
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
    sessions.router,
    cases.router,
    caring.router,
    organisations.router,
    health.router,
)
