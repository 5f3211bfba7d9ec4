"""Slower, please: what one token or one address may ask in a minute, and how often a code may be guessed."""

from collections.abc import Awaitable, Callable, Iterator
from ipaddress import IPv4Address, IPv6Network, ip_address

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app import auth
from app.errors import Expired, NotFound, TooMany
from app.flows import guessing
from app.routes.deps import HouseDep, NowDep, cookie_name

UPLOADS, CHECK_INS, STARTS = 300, 120, 120
MINUTE_S = 60
HOME_BITS = 64  # of IPv6: what one household is given at least


def new_limiter() -> FixedWindowRateLimiter:
    """Count per process: a brake against a runaway app, not a lock; guessed codes are counted in the database."""
    return FixedWindowRateLimiter(MemoryStorage())


def limited(name: str, per_minute: int, *, by_address: bool = False) -> Callable[[Request, HouseDep], Awaitable[None]]:
    """Return a dependency that counts per token (or address) and refuses what is over the limit."""
    item = RateLimitItemPerMinute(per_minute)

    async def count(request: Request, house: HouseDep) -> None:
        if house.settings.rate_limits == "off":
            return
        who = address_of(request) if by_address else who_asks(request, house)
        if not request.app.state.limiter.hit(item, name, house.keys.hash_address(who)):
            raise TooMany(MINUTE_S)

    return count


def who_asks(request: Request, house: HouseDep) -> str:
    """Return the token, whatever way it came, else the address."""
    cookies = (request.cookies.get(cookie_name(house.settings, kind)) for kind in ("resident", "contact"))
    return request.headers.get("authorization") or next(filter(None, cookies), address_of(request))


def address_of(request: Request) -> str:
    """Return the caller's network address; of IPv6 the network, because one person has all of its addresses."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or IPv6Network((int(address), HOME_BITS), strict=False))


def guard_guessing(request: Request, house: HouseDep, now: NowDep) -> Iterator[None]:
    """Refuse spoken codes after too many failures, and count a failure; links cannot be guessed and go on."""
    if house.settings.rate_limits == "off":
        yield
        return
    address = house.keys.hash_address(address_of(request))
    if auth.is_code(request.path_params["code"]):
        with house.db.read() as session:
            if guessing.is_too_much(session, address, now):
                raise TooMany(int(guessing.WINDOW.total_seconds()))
    try:
        yield
    except (NotFound, Expired):
        with house.db.write() as session:  # of its own: the request's transaction is rolled back
            guessing.note_failure(session, address, now)
        raise


# Entered before the request's transaction and left after it: the one writer is free again when we count.
GuessingDep = Depends(guard_guessing, scope="function")
StartsDep = Depends(limited("starts", STARTS, by_address=True))
UploadsDep = Depends(limited("uploads", UPLOADS))
CheckInsDep = Depends(limited("check-ins", CHECK_INS))
