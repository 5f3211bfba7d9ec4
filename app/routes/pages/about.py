"""The page "Over jouw gegevens": what the law lets everybody know (GDPR, article 13), from the settings."""

from typing import Final

from fastapi import APIRouter, Response

from app.routes.deps import LanguageDep, SettingsDep
from app.routes.pages.doors import rescue
from app.routes.pages.render import page
from app.settings import Settings

router = APIRouter(include_in_schema=False)
# The items of article 13, paragraphs 1 and 2, each a section of the page.
DUTIES: Final = ("1a", "1b", "1c", "1d", "1e", "1f", "2a", "2b", "2c", "2d", "2e", "2f")
# Sections that need a name from the settings.
NAMED: Final = {"1a": ("controller", "contact"), "1b": ("officer",)}
# What is kept how long (`trust.md` 21), a row each.
KEPT: Final = (
    "track",
    "signs",
    "time",
    "place",
    "mail",
    "attempts",
    "invitation",
    "pause",
    "silence",
    "ended",
    "hidden",
    "account",
)


@router.get("/gegevens")
def show(settings: SettingsDep, language: LanguageDep) -> Response:
    """Tell what is kept, why, how long, and what somebody can do about it."""
    names = _names(settings)
    return page(
        language,
        "about.html",
        duties=DUTIES,
        kept=KEPT,
        names=names,
        unnamed={duty for duty, of in NAMED.items() if not all(names[name].strip() for name in of)},
        emergency=rescue(settings, language),
    )


def _names(settings: Settings) -> dict[str, str]:
    return {
        "controller": settings.controller_name,
        "contact": settings.controller_contact,
        "officer": settings.dpo_contact,
    }
