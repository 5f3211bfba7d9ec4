"""All pages, for the one who puts the service together.

Not in `__init__`: `routes/problems.py` shows an error as a page, and the pages' routes use `routes/problems.py`.
"""

from app.routes.pages import (
    about,
    about_resident,
    agreement,
    asked,
    circle,
    contact_mine,
    devices,
    invitation,
    looking_along,
    messages,
    mine,
    organisation,
    own_circle,
    pauses,
    resident,
    roster_day,
    walks,
    welcome,
    windows,
    work,
    work_back,
    work_case,
    work_mine,
)

ROUTERS = (
    welcome.router,
    invitation.router,
    asked.router,
    resident.router,
    walks.router,
    own_circle.router,
    agreement.router,
    pauses.router,
    devices.router,
    mine.router,
    messages.router,
    contact_mine.router,
    windows.router,
    about_resident.router,
    circle.router,
    about.router,
    looking_along.router,
    work_mine.router,  # before the list, where one part of an address is a case
    work.router,
    work_case.router,
    work_back.router,
    organisation.router,
    roster_day.router,
)
