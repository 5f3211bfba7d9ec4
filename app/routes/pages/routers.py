"""All pages, for the one who puts the service together.

Not in `__init__`: `routes/problems.py` shows an error as a page, and the pages' routes use `routes/problems.py`.
"""

from app.routes.pages import (
    about,
    circle,
    contact_mine,
    devices,
    invitation,
    messages,
    mine,
    own_circle,
    resident,
    walks,
    welcome,
    windows,
)

ROUTERS = (
    welcome.router,
    invitation.router,
    resident.router,
    walks.router,
    own_circle.router,
    devices.router,
    mine.router,
    messages.router,
    contact_mine.router,
    windows.router,
    circle.router,
    about.router,
)
