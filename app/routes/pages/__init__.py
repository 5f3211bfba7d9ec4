"""The pages: HTML for people, on the same flows as the JSON endpoints."""

from app.routes.pages import circle, devices, invitation, messages, own_circle, resident, walks, welcome

ROUTERS = (
    welcome.router,
    invitation.router,
    resident.router,
    walks.router,
    own_circle.router,
    devices.router,
    messages.router,
    circle.router,
)
