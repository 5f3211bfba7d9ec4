"""Where messages go, over HTTP; a request lays them ready and never sends."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app import access
from app.access import Caller
from app.flows import subscriptions
from app.flows.subscriptions import Owner, Wanted
from app.models.addresses import QuietHours, SubscriptionAnswer, SubscriptionIn, SubscriptionOut, VerifyIn
from app.models.bodies import Empty, Page
from app.models.outbox import Subscription
from app.routes.deps import CurrentCaller, KeysDep, NowDep, ReadDep, SettingsDep, WriteDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses

router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])


async def get_person(caller: CurrentCaller) -> Caller:
    """Return who calls; an app that may only bring things in is nobody here."""
    owner_of(caller)
    return caller


PersonDep = Annotated[Caller, Depends(get_person)]


def owner_of(caller: Caller) -> Owner:
    """Return whose addresses these are."""
    return caller.viewer or caller.member or access.as_resident(caller)


def subscription_out(row: Subscription) -> SubscriptionOut:
    """Return an address as its owner sees it."""
    has_quiet = row.quiet_from is not None and row.quiet_until is not None
    return SubscriptionOut.model_validate(
        {
            "id": row.id,
            "channel": row.channel,
            "address": row.address,
            "verified": row.verified_at is not None,
            "is_on": row.switched_off_at is None,
            "quiet_hours": {"from": row.quiet_from, "until": row.quiet_until} if has_quiet else None,
            "created_at": row.created_at,
        }
    )


def quiet_of(given: QuietHours | None) -> tuple[str, str] | None:
    """Return quiet hours as the flow takes them."""
    return (given.from_, given.until) if given else None


@router.post(
    "",
    status_code=201,
    response_model=SubscriptionAnswer,
    responses=responses(401, 403, 409, 429)
    | {200: {"model": SubscriptionAnswer, "description": "The address was known before"}},
)
def add(
    body: SubscriptionIn,
    caller: PersonDep,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
) -> Response:
    """Say where messages should go; the address is asked first. The same address again is 200."""

    def make() -> tuple[SubscriptionAnswer, int]:
        wanted = Wanted(body.channel, body.where, quiet_of(body.quiet_hours))
        subscription, is_new = subscriptions.add(
            session, keys, owner_of(caller), wanted, once.now, allow_private=settings.allow_private_addresses
        )
        secret = (subscription.secret or None) if is_new else None
        return SubscriptionAnswer(subscription=subscription_out(subscription), secret=secret), 201 if is_new else 200

    return once.answer(session, make, is_secret=body.channel == subscriptions.WEBHOOK)


@router.get("", response_model=Page[SubscriptionOut], responses=responses(401, 403))
def show(caller: PersonDep, session: ReadDep) -> Response:
    """List the caller's own addresses."""
    return json_answer(Page(items=[subscription_out(row) for row in subscriptions.of(session, owner_of(caller))]))


@router.delete("/{subscription_id}", status_code=204, responses=responses(401, 403, 404))
def remove(subscription_id: UUID, caller: PersonDep, session: WriteDep) -> None:
    """Forget an address, and what was laid ready for it."""
    subscriptions.remove(session, access.subscription_of(session, caller, subscription_id))


@router.post(
    "/{subscription_id}/verify",
    response_model_exclude_none=True,
    responses=responses(401, 403, 404, 409, 410, 429),
)
def verify(
    subscription_id: UUID,
    caller: PersonDep,
    session: WriteDep,
    keys: KeysDep,
    now: NowDep,
    body: VerifyIn | None = None,
) -> SubscriptionAnswer:
    """Verify an address by the secret from its mail; without one, or for a webhook, ask it anew."""
    subscription = access.subscription_of(session, caller, subscription_id)
    answered = subscriptions.answer(session, keys, subscription, body.code if body else None, now)
    return SubscriptionAnswer(subscription=subscription_out(answered))


@router.post(
    "/{subscription_id}/test",
    status_code=202,
    response_model_exclude_none=True,
    responses=responses(401, 403, 404, 409, 429),
)
def send_test(
    subscription_id: UUID, caller: PersonDep, session: WriteDep, now: NowDep, _: Empty | None = None
) -> SubscriptionAnswer:
    """Send one message that says only that it works; for a verified address."""
    subscription = access.subscription_of(session, caller, subscription_id)
    subscriptions.send_test(session, subscription, now)
    return SubscriptionAnswer(subscription=subscription_out(subscription))
