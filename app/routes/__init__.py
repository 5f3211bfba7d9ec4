"""HTTP: read the request, call one flow, shape the answer."""

from app.routes import checkins, circle, health, mine, residents, stream, subscriptions, teken, walks, windows

ROUTERS = (
    residents.router,
    mine.router,
    circle.router,
    checkins.router,
    walks.router,
    stream.router,
    teken.router,
    subscriptions.router,
    windows.router,
    health.router,
)
