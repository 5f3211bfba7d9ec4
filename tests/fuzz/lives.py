"""What a resident gave and a contact was granted, as the charter has it: a model without a database or a route."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

DETAILS = ("sign", "drawing", "area", "route")
ALWAYS = {"id", "resident", "kind", "words", "when_words"}
# What each detail adds to what the ones before it show.
MAY_SHOW = {
    "sign": ALWAYS,
    "drawing": ALWAYS | {"drawing_svg"},
    "area": ALWAYS | {"drawing_svg", "area"},
    "route": ALWAYS | {"drawing_svg", "area", "route"},
}
ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass
class Sign:
    """A tap, or a walk. `told_at` is None while it is held; `after` when the tap was told that this one repeats."""

    id: str
    kind: str
    happened_at: datetime
    told_at: datetime | None = None
    after: datetime | None = None
    walk_id: str | None = None
    is_replaced: bool = False

    @property
    def day(self) -> date:
        return self.happened_at.astimezone(ZONE).date()

    @property
    def part(self) -> int:
        return self.happened_at.astimezone(ZONE).hour // 6


@dataclass
class Giver:
    """A resident: what stands, what was taken back, and who may do what with which token."""

    id: str
    token: str
    signs: list[Sign] = field(default_factory=list)
    taken_back: dict[str, None] = field(default_factory=dict)  # in the order of time
    uploads: dict[str, str] = field(default_factory=dict)  # token by the id of its device

    def tap(self, sign: Sign) -> None:
        """Keep a tap: one in the same part of the day changes nothing there, a later one takes the other's place."""
        shown = [tap for tap in self.signs if tap.kind == "checkin" and tap.day == sign.day and not tap.is_replaced]
        same = [tap.told_at for tap in shown if tap.part >= sign.part and tap.told_at]
        sign.after = max(same, default=None)
        if not same:
            for tap in shown:
                tap.is_replaced = True
        self.signs.append(sign)

    def take_back(self, sign: Sign) -> None:
        self.signs.remove(sign)
        self.taken_back[sign.id] = None


@dataclass
class Granted:
    """What one contact was granted. `history` is (detail, from when); nothing is seen before `began_at`."""

    id: str
    giver: Giver
    token: str
    detail: str
    state: str
    is_quiet: bool = False
    began_at: datetime | None = None
    history: list[tuple[str, datetime]] = field(default_factory=list)

    def begin(self, now: datetime) -> None:
        self.state = "active"
        if self.began_at is None:
            self.began_at = now
            self.history.append((self.shown, now))

    @property
    def shown(self) -> str:
        return "sign" if self.is_quiet else self.detail

    def change(self, now: datetime, **wanted) -> None:
        had = self.shown
        for name, value in wanted.items():
            setattr(self, name, value)
        if self.state == "active" and self.shown != had:
            self.history.append((self.shown, now))

    def detail_of(self, sign: Sign) -> str:
        """Return the lowest detail that held at any time since it happened: less counts for all, more for later."""
        ends = [later for _, later in self.history[1:]] + [None]
        since = [
            detail
            for (detail, _), until in zip(self.history, ends, strict=True)
            if until is None or until > sign.happened_at
        ]
        return min(since, key=DETAILS.index)

    def sees(self, now: datetime) -> list[Sign]:
        """Return today's signs, or the last one; of days before only for who is kept quiet."""
        if self.state != "active":
            return []
        today = now.astimezone(ZONE).date()
        told = sorted((sign for sign in self.giver.signs if self._may_see(sign)), key=_newest_last)
        if self.is_quiet:
            return [sign for sign in told if sign.day < today][-1:]
        return [sign for sign in told if sign.day == today] or told[-1:]

    def _may_see(self, sign: Sign) -> bool:
        if sign.is_replaced or sign.told_at is None or self.began_at is None or sign.told_at < self.began_at:
            return False
        return sign.after is None or sign.after < self.began_at


def _newest_last(sign: Sign) -> tuple[date, int, str, list[int]]:
    return sign.day, sign.part, sign.kind, [-ord(letter) for letter in sign.id]


def ids_of(givers: Iterable[Giver]) -> set[str]:
    """Return every id that belongs to these residents and to nobody else."""
    found: set[str] = set()
    for giver in givers:
        found |= {giver.id, *giver.uploads, *giver.taken_back}
        found |= {one for sign in giver.signs for one in (sign.id, sign.walk_id) if one}
    return found
