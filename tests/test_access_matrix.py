"""Who gets which answer where: one table against the app's own list of endpoints."""

import json
from collections.abc import Callable, Generator
from contextlib import ExitStack
from functools import cache
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.house import House
from app.main import openapi_bytes
from tests.cast import AT_WORK, Cast
from tests.house import HandClock, make_app, make_client
from tests.kept import keep
from tests.people import make_contact
from tests.work import house_of

WHO = ("nobody", "revoked", "upload", "resident", "contact", "stranger", "other")
# Every id is of Anna's things. The resident is Anna, the contact Bas; the stranger is the contact of another
# resident, the other resident is that one. What is free of ids, everybody may do with their own things.
TABLE = {
    "GET /livez": (200, 200, 200, 200, 200, 200, 200),
    "GET /readyz": (200, 200, 200, 200, 200, 200, 200),
    "GET /metrics": (404, 404, 404, 404, 404, 404, 404),
    "POST /v1/residents": (201, 201, 201, 201, 201, 201, 201),
    "POST /v1/pairings": (401, 401, 403, 201, 403, 403, 201),
    "POST /v1/pairings/{code}/accept": (201, 201, 201, 201, 201, 201, 201),
    "GET /v1/devices": (401, 401, 403, 200, 403, 403, 200),
    "POST /v1/devices": (401, 401, 403, 201, 403, 403, 201),
    "DELETE /v1/devices/{device_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/devices/{device_id}/trust": (401, 401, 403, 200, 403, 403, 404),
    "PATCH /v1/devices/{device_id}": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/paper-keys": (401, 401, 403, 201, 403, 403, 201),
    "GET /v1/me": (401, 401, 403, 200, 200, 200, 200),
    "GET /v1/me/log": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/me/export": (401, 401, 403, 200, 200, 200, 200),
    "PATCH /v1/me": (401, 401, 403, 200, 200, 200, 200),
    "DELETE /v1/me": (401, 401, 403, 204, 204, 204, 204),
    "POST /v1/invitations": (401, 401, 403, 201, 403, 403, 201),
    # Bas is in Anna's circle already.
    "POST /v1/invitations/{code}/accept": (201, 201, 201, 201, 409, 201, 201),
    "POST /v1/invitations/{code}/decline": (204, 204, 204, 204, 204, 204, 204),
    "GET /v1/circle": (401, 401, 403, 200, 200, 200, 200),
    "POST /v1/contacts/{contact_id}/confirm": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/contacts/{contact_id}/renewals": (401, 401, 403, 201, 403, 403, 404),
    "PATCH /v1/contacts/{contact_id}": (401, 401, 403, 200, 403, 403, 404),
    "DELETE /v1/contacts/{contact_id}": (401, 401, 403, 204, 204, 404, 404),
    "GET /v1/consents": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/agreement": (401, 401, 403, 200, 403, 403, 200),
    "PUT /v1/agreement": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/agreement/consents": (401, 401, 403, 200, 403, 403, 200),
    "POST /v1/agreement/proposals": (401, 401, 403, 403, 201, 404, 403),
    "GET /v1/agreement/proposals": (401, 401, 403, 200, 200, 200, 200),
    "POST /v1/agreement/proposals/{proposal_id}/confirm": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/agreement/proposals/{proposal_id}/decline": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/pauses": (401, 401, 403, 201, 403, 403, 201),
    "GET /v1/pauses": (401, 401, 403, 200, 403, 403, 200),
    "DELETE /v1/pauses": (401, 401, 403, 204, 403, 403, 204),
    "DELETE /v1/pauses/{pause_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/residents/{resident_id}/freeze": (401, 401, 403, 403, 200, 404, 403),
    # Nobody let Anna rest, so that her own contact is refused.
    "POST /v1/residents/{resident_id}/thaw": (401, 401, 403, 403, 409, 404, 403),
    "GET /v1/representative": (401, 401, 403, 200, 403, 403, 200),
    "DELETE /v1/representative": (401, 401, 403, 204, 403, 403, 204),
    "GET /v1/episodes": (401, 401, 403, 200, 200, 200, 200),
    "POST /v1/episodes/{episode_id}/answers": (401, 401, 403, 200, 200, 404, 404),
    "POST /v1/check-ins": (401, 401, 201, 201, 403, 403, 201),
    "POST /v1/walks": (401, 401, 201, 201, 403, 403, 201),
    "GET /v1/walks": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/walks/{walk_id}": (401, 401, 403, 200, 403, 403, 404),
    "DELETE /v1/walks/{walk_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/walks/{walk_id}/release": (401, 401, 403, 200, 403, 403, 404),
    "GET /v1/teken": (401, 401, 403, 200, 200, 200, 200),
    "GET /v1/teken/stream": (401, 401, 403, 200, 200, 200, 200),
    "GET /v1/teken/{teken_id}/preview": (401, 401, 403, 200, 403, 403, 404),
    "DELETE /v1/teken/{teken_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/teken/{teken_id}/waves": (401, 401, 403, 403, 201, 404, 403),
    "POST /v1/waves": (401, 401, 403, 403, 201, 404, 403),
    "POST /v1/displays": (401, 401, 403, 403, 201, 201, 403),
    "GET /v1/displays": (401, 401, 403, 403, 200, 200, 403),
    "DELETE /v1/displays/{display_id}": (401, 401, 403, 403, 204, 404, 403),
    "POST /v1/subscriptions": (401, 401, 403, 201, 201, 201, 201),
    "GET /v1/subscriptions": (401, 401, 403, 200, 200, 200, 200),
    "DELETE /v1/subscriptions/{subscription_id}": (401, 401, 403, 204, 404, 404, 404),
    "POST /v1/subscriptions/{subscription_id}/verify": (401, 401, 403, 200, 404, 404, 404),
    # Nobody answered the question yet, so that even Anna is refused; others cannot tell that it is there.
    "POST /v1/subscriptions/{subscription_id}/test": (401, 401, 403, 409, 404, 404, 404),
}
SHUT = (401, 401, 403, 403, 403, 403, 403)
ANNAS = (401, 401, 403, 200, 403, 403, 404)
# Anna is in the care of the caseworker, a silence of hers has come to them, and the case was offered to the lead, who
# was not asked about it. The two elsewhere work at another organisation. What is not named here is shut to all five.
WORK: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "POST /v1/sessions/enrolments": ((201,) * 7, (201,) * 5),
    "POST /v1/sessions": ((401,) * 7, (401,) * 5),
    "DELETE /v1/sessions": (SHUT, (204,) * 5),
    "GET /v1/caseload": (SHUT, (200, 200, 403, 200, 403)),
    "POST /v1/caseload": (SHUT, (201, 201, 403, 201, 403)),
    "GET /v1/cases/{case_id}": (SHUT, (200, 404, 403, 404, 403)),
    "DELETE /v1/cases/{case_id}": (SHUT, (409, 404, 403, 404, 403)),
    "POST /v1/cases/{case_id}/acknowledgements": (SHUT, (201, 404, 403, 404, 403)),
    "POST /v1/cases/{case_id}/closings": (SHUT, (201, 404, 403, 404, 403)),
    "POST /v1/cases/{case_id}/handovers": (SHUT, (201, 404, 403, 404, 403)),
    "POST /v1/cases/{case_id}/handovers/{handover_id}/accept": (SHUT, (404, 200, 403, 404, 403)),
    "GET /v1/handovers": (SHUT, (200, 200, 403, 200, 403)),
    # One way back was asked for already; its second yes is the lead's, not the one's who asked.
    "POST /v1/cases/{case_id}/ways-back": (SHUT, (409, 404, 403, 404, 403)),
    "POST /v1/cases/{case_id}/ways-back/{way_back_id}/confirm": (SHUT, (403, 200, 403, 404, 403)),
    "POST /v1/cases/{case_id}/ways-back/{way_back_id}/pairings": (SHUT, (409, 404, 403, 404, 403)),
    "POST /v1/residents/{resident_id}/caseworker-requests": (SHUT, (409, 409, 403, 201, 403)),
    "POST /v1/caseworker-codes/{code}/accept": (SHUT, (409, 409, 403, 201, 403)),
    "POST /v1/caseworker-codes": ((401, 401, 403, 201, 403, 403, 201), (403,) * 5),
    "GET /v1/residents/{resident_id}/caseworker-requests": (ANNAS, (403,) * 5),
    "POST /v1/residents/{resident_id}/caseworker-requests/{request_id}/confirm": (ANNAS, (403,) * 5),
    # She said yes already: that is taken back by DELETE.
    "POST /v1/residents/{resident_id}/caseworker-requests/{request_id}/decline": (
        (401, 401, 403, 409, 403, 403, 404),
        (403,) * 5,
    ),
    "DELETE /v1/residents/{resident_id}/caseworker-requests/{request_id}": (
        (401, 401, 403, 204, 403, 403, 404),
        (403,) * 5,
    ),
    "GET /v1/residents/{resident_id}/handovers": (ANNAS, (403,) * 5),
    "POST /v1/residents/{resident_id}/handovers/{handover_id}/refuse": (ANNAS, (403,) * 5),
    "GET /v1/residents/{resident_id}/ways-back": (ANNAS, (403,) * 5),
    "POST /v1/residents/{resident_id}/ways-back/{way_back_id}/refuse": (ANNAS, (403,) * 5),
    # Half a year at most; the resident's own stop is `DELETE /v1/representative`.
    "PUT /v1/residents/{resident_id}/representative": (SHUT, (200, 404, 403, 404, 403)),
    "GET /v1/reviews": ((401, 401, 403, 200, 403, 403, 200), (403,) * 5),
    "POST /v1/reviews/{review_id}/confirm": ((401, 401, 403, 204, 403, 403, 404), (403,) * 5),
    # The operator's own token only, which is none of anybody's here.
    "POST /v1/organisations": ((401, 403, 403, 403, 403, 403, 403), (403,) * 5),
    "GET /v1/organisations/{organisation_id}": (SHUT, (200, 200, 200, 404, 404)),
    "PATCH /v1/organisations/{organisation_id}": (SHUT, (403, 403, 200, 403, 404)),
    "GET /v1/organisations/{organisation_id}/members": (SHUT, (200, 200, 200, 404, 404)),
    "POST /v1/organisations/{organisation_id}/members": (SHUT, (403, 403, 201, 403, 404)),
    "PATCH /v1/organisations/{organisation_id}/members/{member_id}": (SHUT, (403, 403, 200, 403, 404)),
    "DELETE /v1/organisations/{organisation_id}/members/{member_id}": (SHUT, (403, 403, 204, 403, 404)),
    "POST /v1/organisations/{organisation_id}/members/{member_id}/renewals": (SHUT, (403, 403, 201, 403, 404)),
    "GET /v1/organisations/{organisation_id}/roster": (SHUT, (200, 200, 200, 404, 404)),
    "PUT /v1/organisations/{organisation_id}/roster": (SHUT, (403, 403, 200, 403, 404)),
    "GET /v1/organisations/{organisation_id}/totals": (SHUT, (403, 403, 200, 403, 404)),
}
TABLE |= {endpoint: row for endpoint, (row, _) in WORK.items()}
TO_WORK = {endpoint: row for endpoint, (_, row) in WORK.items()} | {
    # Of oneself; who still has cases with nobody to take them cannot go, which is tried elsewhere.
    "GET /v1/me": (200,) * 5,
    "PATCH /v1/me": (200,) * 5,
    "GET /v1/me/export": (200,) * 5,
    "DELETE /v1/me": (204, 204, 409, 204, 409),
    # Of Anna only, and by who looks after her: the lead was not asked about her.
    "POST /v1/agreement/proposals": (201, 404, 403, 404, 403),
    "POST /v1/residents/{resident_id}/freeze": (200, 404, 403, 404, 403),
    "POST /v1/residents/{resident_id}/thaw": (409, 404, 403, 404, 403),
    # A caseworker pairs only who was asked and has not begun: nobody is named here.
    "POST /v1/pairings": (404, 404, 403, 404, 403),
    "POST /v1/subscriptions": (201,) * 5,
    "GET /v1/subscriptions": (200,) * 5,
    "DELETE /v1/subscriptions/{subscription_id}": (404,) * 5,
    "POST /v1/subscriptions/{subscription_id}/verify": (404,) * 5,
    "POST /v1/subscriptions/{subscription_id}/test": (404,) * 5,
}
# Whoever comes to work there needs no token, and a wrong code is a wrong code.
OPEN_TO_WINDOWS = {"GET /v1/teken": 200, "GET /v1/teken/stream": 200, "POST /v1/sessions": 401}
CODES = {200: None, 201: None, 204: None, 401: "no-token", 403: "wrong-token", 404: "not-found"}
ALREADY_IN = 409
STATES = {
    "POST /v1/residents/{resident_id}/thaw": "not-resting",
    "POST /v1/invitations/{code}/accept": "already-done",
    "POST /v1/sessions": "wrong-code",
    "DELETE /v1/cases/{case_id}": "conflict",
    "DELETE /v1/me": "owner-needed",
    "POST /v1/cases/{case_id}/ways-back": "already-done",
    "POST /v1/cases/{case_id}/ways-back/{way_back_id}/confirm": "second-needed",
    "POST /v1/cases/{case_id}/ways-back/{way_back_id}/pairings": "not-yet",
    "POST /v1/residents/{resident_id}/caseworker-requests": "already-done",
    "POST /v1/caseworker-codes/{code}/accept": "already-done",
    "POST /v1/residents/{resident_id}/caseworker-requests/{request_id}/decline": "already-done",
}


def row_of(endpoint: str) -> dict[str, int]:
    """Return who gets what, also in the states that a token can be in besides its kind.

    A window may only look, who waits has as little of Anna's as a stranger, who was erased is as one let go.
    """
    row = dict(zip(WHO, TABLE[endpoint], strict=True))
    shut = row["nobody"] if row["nobody"] != 401 else 403
    row["waiting"] = ALREADY_IN if endpoint == "POST /v1/invitations/{code}/accept" else row["stranger"]
    row["display"] = OPEN_TO_WINDOWS.get(endpoint, shut)
    row["erased"] = row["revoked"]
    return row | dict(zip(AT_WORK, TO_WORK.get(endpoint, (shut,) * 5), strict=True))


def endpoints(app: FastAPI) -> set[str]:
    paths = json.loads(openapi_bytes(app))["paths"]
    return {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app: FastAPI):
    found = endpoints(app)
    assert found - set(TABLE) == set(), "endpoints that nobody decided about"
    assert set(TABLE) - found == set(), "rows about nothing"


Begin = Callable[[], Cast]


@pytest.fixture(scope="module")
def begins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Callable[..., Begin]]:
    """Return what gives the cast on a database at its beginning: to play that takes longer than to put it back."""
    with ExitStack() as opened:

        @cache
        def on(database: str) -> Begin:
            url = request.getfixturevalue(f"{database}_url_of_module")
            app = make_app(tmp_path_factory.mktemp(database), url, clock=HandClock())
            opened.callback(app.state.house.close)
            cast = Cast(make_client(app))
            restore, began_at = keep(url), app.state.house.clock.at

            def begin() -> Cast:
                restore()
                app.state.house.clock.at = began_at
                return cast

            return begin

        yield on


@pytest.fixture(params=["sqlite", "postgresql"])
def cast(request: pytest.FixtureRequest, begins: Callable[..., Begin]) -> Cast:
    return begins(request.param)()


def let_streams_end(house: House, endpoint: str) -> None:
    """A stream is as long as the service runs; one that is about to stop says "bye" at once."""
    house.is_closing = endpoint == "GET /v1/teken/stream"


@pytest.mark.parametrize("endpoint", TABLE)
def test_everybody_gets_their_answer(cast: Cast, endpoint: str):
    let_streams_end(house_of(cast.client), endpoint)
    # Those who change something come last.
    order = sorted(row_of(endpoint).items(), key=lambda cell: (cell[1] < 400, cell[0] == "resident"))
    for who, status in order:
        for token in cast.tokens(who):
            things = cast.things_for(endpoint, who)
            answer = cast.call(endpoint, token, things, cast.anna.id)
            assert (who, answer.status_code) == (who, status), answer.text
            if status >= 400:
                known = {CODES.get(status), STATES.get(endpoint), "not-verified" if status == 409 else None}
                assert answer.json()["code"] in known - {None}
                assert answer.headers["content-type"] == "application/problem+json"
            if status == 404:
                absent = {name: str(uuid4()) for name in things}
                same = cast.call(endpoint, token, absent, str(uuid4()))
                assert (same.status_code, same.content) == (404, answer.content)
                assert dict(same.headers) == dict(answer.headers)


def test_a_resting_account_is_read_by_whom_it_was_before_and_by_nobody_else(cast: Cast):
    """Freezing stops messages, it opens and closes nothing (`trust.md` 30)."""
    second = make_contact(cast.anna, "Cor")
    for who in (cast.bas, second):
        asked = who.post(f"/v1/residents/{cast.anna.id}/freeze", json={"reason": "admitted"})
        assert asked.status_code in {200, 201}, asked.text
    reads = [endpoint for endpoint in TABLE if endpoint.startswith("GET ")]
    for endpoint in reads:
        let_streams_end(house_of(cast.client), endpoint)
        for who, status in row_of(endpoint).items():
            for token in cast.tokens(who):
                answer = cast.call(endpoint, token, cast.things_for(endpoint, "nobody"), cast.anna.id)
                assert (endpoint, who, answer.status_code) == (endpoint, who, status), answer.text
