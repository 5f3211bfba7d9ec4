"""When an organisation works: its hours, and the public holidays of its country."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import holidays

from app.models.work import Organisation
from app.phatic import hours
from app.phatic.hours import Hours


def free_days(country: str) -> Callable[[date], bool]:
    """Return what tells a public holiday of a country (ISO 3166 code); without one no day is free."""
    if not country:
        return lambda _: False
    return lambda day: day in _of_year(country, day.year)


@lru_cache(maxsize=256)
def _of_year(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def hours_of(organisation: Organisation) -> Hours:
    """Return when an organisation works, in its own zone."""
    return hours.parse(organisation.hours, organisation.time_zone, free_days(organisation.holidays))
