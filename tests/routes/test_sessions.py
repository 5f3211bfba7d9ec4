"""Caseworkers come in: an invitation once, a code each time; and go home by themselves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any
from uuid import UUID

from sqlmodel import select

from app import auth
from app.flows import guessing, sessions
from app.models.people import FailedAccept
from app.models.work import Member, WorkSession
from tests.house import make_app, make_client
from tests.people import make_resident
from tests.work import code_now, come_in, make_office


def test_a_member_comes_in_by_invitation_once_and_by_mail_address_after(office):
    fenna = office.fenna
    assert fenna.get("/v1/caseload").json() == {"items": [], "next": None}
    assert fenna.token.startswith("tvl_w_")
    again = fenna.again()
    assert again.token != fenna.token
    assert again.get("/v1/caseload").status_code == 200


def test_an_invitation_shows_its_secret_once_and_lets_in_once(office, client):
    made = office.admin.post(f"{office.path}/members", json={"name": "Hans", "role": "caseworker"}).json()
    link = made["url"].rsplit("/", 1)[1]
    enrolled = client.post("/v1/sessions/enrolments", json={"invitation": link}).json()
    assert enrolled.keys() == {"name", "organisation", "secret", "url", "qr_svg"}
    assert enrolled["url"].startswith("otpauth://totp/")
    assert enrolled["qr_svg"].startswith("<svg")
    second = client.post("/v1/sessions/enrolments", json={"invitation": link})
    assert (second.status_code, second.json()["code"]) == (409, "already-done")
    assert come_in(client, enrolled["secret"], invitation=link, email="hans@team.example").status_code == 201
    assert come_in(client, enrolled["secret"], invitation=link).status_code == 404


def test_without_an_address_an_invitation_lets_in_too(office, client):
    made = office.admin.post(f"{office.path}/members", json={"name": "Hans", "role": "caseworker"}).json()
    link = made["url"].rsplit("/", 1)[1]
    secret = client.post("/v1/sessions/enrolments", json={"invitation": link}).json()["secret"]
    assert come_in(client, secret, invitation=link).json()["member"]["name"] == "Hans"


def test_a_link_dies_after_seven_days(office, client, clock):
    made = office.admin.post(f"{office.path}/members", json={"name": "Hans", "role": "caseworker"}).json()
    clock.move(days=7)
    answer = client.post("/v1/sessions/enrolments", json={"invitation": made["url"].rsplit("/", 1)[1]})
    assert (answer.status_code, answer.json()["code"]) == (410, "expired")


def test_each_code_is_good_once(office, client):
    fenna = office.fenna
    code = code_now(client, fenna.secret)
    body = {"email": fenna.email, "totp": code}
    first = come_in(client, fenna.secret, email=fenna.email)
    assert first.status_code == 201
    body["totp"] = code_now(client, fenna.secret)
    again = client.post("/v1/sessions", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "wrong-code")
    older = client.post("/v1/sessions", json=body | {"totp": code})
    assert older.status_code == 401


def test_a_phone_may_be_half_a_minute_off_and_no_more(office, client, clock):
    fenna = office.fenna
    clock.move(seconds=60)
    early = code_now(client, fenna.secret)
    clock.move(seconds=-30)
    assert client.post("/v1/sessions", json={"email": fenna.email, "totp": early}).status_code == 201
    gerda = office.gerda
    late = code_now(client, gerda.secret)
    clock.move(seconds=60)
    assert client.post("/v1/sessions", json={"email": gerda.email, "totp": late}).status_code == 401


def test_whoever_is_not_known_gets_the_same_answer_as_a_wrong_code(office, client):
    wrong = client.post("/v1/sessions", json={"email": office.fenna.email, "totp": "000000"})
    nobody = client.post("/v1/sessions", json={"email": "niemand@team.example", "totp": "000000"})
    assert (wrong.status_code, wrong.content) == (401, nobody.content)


def test_after_five_wrong_codes_not_even_the_right_one_is_looked_at_for_an_hour(office, client, clock):
    fenna = office.fenna
    for _ in range(sessions.FREE_TRIES):
        assert client.post("/v1/sessions", json={"email": fenna.email, "totp": "000000"}).status_code == 401
    assert come_in(client, fenna.secret, email=fenna.email).status_code == 401
    clock.move(minutes=61)
    assert come_in(client, fenna.secret, email=fenna.email).status_code == 201


def test_each_further_wrong_code_waits_twice_as_long_up_to_a_day(office, client, clock):
    fenna, waits = office.fenna, []
    for _ in range(sessions.FREE_TRIES - 1):
        client.post("/v1/sessions", json={"email": fenna.email, "totp": "000000"})
    for _ in range(7):
        began = clock.now()
        client.post("/v1/sessions", json={"email": fenna.email, "totp": "000000"})
        while blocked(client, fenna.id):
            clock.move(minutes=30)
        waits.append((clock.now() - began) / timedelta(hours=1))
    assert waits == [1, 2, 4, 8, 16, 24, 24]


def blocked(client, member_id: str) -> bool:
    house = client.app.state.house
    with house.db.read() as session:
        return sessions.has_to_wait(session.get_one(Member, UUID(member_id)), house.clock.now())


def by_page(client, email: str, code: str, mark: str = "") -> Any:
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"teken_browser={mark}".encode("latin-1")}
    answer = client.post("/werk/binnen", data={"email": email, "totp": code}, headers=headers, follow_redirects=False)
    client.cookies.clear()
    return answer


def test_who_guesses_elsewhere_keeps_nobody_from_work_in_their_own_browser(office, client, clock):
    fenna, gerda = office.fenna, office.gerda
    clock.move(seconds=30)
    answer = by_page(client, fenna.email, code_now(client, fenna.secret))
    mark = answer.cookies["teken_browser"]
    assert (answer.status_code, len(mark)) == (303, 64)
    for _ in range(sessions.FREE_TRIES):
        assert by_page(client, fenna.email, "000000").status_code == 401
    clock.move(seconds=30)
    code = code_now(client, fenna.secret)
    assert [by_page(client, fenna.email, code, other).status_code for other in ("", "a" * 64, "é")] == [401] * 3
    assert by_page(client, fenna.email, code, mark).status_code == 303
    assert blocked(client, fenna.id), "a right code from there ends nothing for who guesses elsewhere"
    for _ in range(sessions.FREE_TRIES):
        assert by_page(client, fenna.email, "000000", mark).status_code == 401
    clock.move(seconds=30)
    assert by_page(client, fenna.email, code_now(client, fenna.secret), mark).status_code == 401, "it may be stolen"
    assert by_page(client, gerda.email, code_now(client, gerda.secret), mark).status_code == 303, "it is nobody else's"
    clock.move(minutes=61)
    assert by_page(client, fenna.email, code_now(client, fenna.secret), mark).status_code == 303


def test_a_mark_ends_with_the_authenticator_app_and_opens_nothing(office, client, clock):
    fenna = office.fenna
    clock.move(seconds=30)
    mark = by_page(client, fenna.email, code_now(client, fenna.secret)).cookies["teken_browser"]
    assert client.get("/werk", headers={"Cookie": f"teken_work={mark}; teken_browser={mark}"}).status_code == 401
    house = client.app.state.house
    with house.db.read() as session:
        member = session.get_one(Member, UUID(fenna.id))
        assert sessions.mark_of(house.keys, member) == mark
        member.totp_secret = auth.new_totp_secret()
        assert sessions.mark_of(house.keys, member) != mark
        session.rollback()


def test_an_address_with_ten_wrong_codes_waits_too(tmp_path, sqlite_url, clock):
    app = make_app(tmp_path, sqlite_url, clock=clock, rate_limits="on")
    client = make_client(app)
    answers = [
        client.post("/v1/sessions", json={"email": f"{number}@team.example", "totp": "000000"}) for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "3600"
    app.state.house.close()


def test_going_home_ends_the_session_at_once(office):
    fenna = office.fenna
    assert fenna.delete("/v1/sessions").status_code == 204
    assert fenna.get("/v1/caseload").status_code == 401


def test_a_renewal_ends_the_old_app_and_every_session(office, client, clock):
    fenna = office.fenna
    made = office.admin.post(f"{office.path}/members/{fenna.id}/renewals")
    assert made.status_code == 201
    assert fenna.get("/v1/caseload").status_code == 401
    assert come_in(client, fenna.secret, email=fenna.email).status_code == 401
    link = made.json()["url"].rsplit("/", 1)[1]
    secret = client.post("/v1/sessions/enrolments", json={"invitation": link}).json()["secret"]
    assert secret != fenna.secret
    clock.move(hours=24)
    assert come_in(client, secret, invitation=link).status_code == 201
    assert come_in(client, secret, email=fenna.email).status_code == 201


def test_two_people_cannot_come_in_by_one_address(office, client):
    made = office.admin.post(f"{office.path}/members", json={"name": "Hans", "role": "caseworker"}).json()
    link = made["url"].rsplit("/", 1)[1]
    secret = client.post("/v1/sessions/enrolments", json={"invitation": link}).json()["secret"]
    assert come_in(client, secret, invitation=link, email=office.fenna.email.upper()).status_code == 409
    assert come_in(client, secret, invitation=link, email="hans@team.example").status_code == 201


def test_a_session_by_cookie_works_for_our_own_pages_only(office, client):
    client.cookies.set("teken_work", office.fenna.token)
    assert client.get("/v1/caseload").status_code == 200
    elsewhere = client.delete("/v1/sessions", headers={"origin": "https://elsewhere.example"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "cross-site")
    assert client.delete("/v1/sessions", headers={"sec-fetch-site": "same-origin"}).status_code == 204


def test_who_works_there_has_addresses_of_their_own(office):
    made = office.fenna.post("/v1/subscriptions", json={"channel": "email", "address": "fenna@team.example"})
    assert made.status_code == 201
    [listed] = office.fenna.get("/v1/subscriptions").json()["items"]
    assert listed["address"] == "fenna@team.example"
    assert office.gerda.get("/v1/subscriptions").json()["items"] == []
    one = f"/v1/subscriptions/{listed['id']}"
    assert office.gerda.delete(one).status_code == 404
    assert office.fenna.delete(one).status_code == 204


def test_of_many_codes_at_once_no_more_are_looked_at_than_one_by_one(office, client, monkeypatch):
    wrong = {"email": office.fenna.email, "totp": "000000"}
    for _ in range(sessions.FREE_TRIES - 1):
        client.post("/v1/sessions", json=wrong)
    looked_at, totp_step = [], auth.totp_step

    def look_slowly(*given):
        looked_at.append(given)
        sleep(0.2)
        return totp_step(*given)

    monkeypatch.setattr(auth, "totp_step", look_slowly)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/sessions", json=wrong), range(5)))
    assert {answer.status_code for answer in answers} <= {401, 503}  # the embedded database has one writer
    assert len(looked_at) == 1


def test_codes_that_fail_elsewhere_keep_nobody_from_work(tmp_path, sqlite_url, clock):
    app = make_app(tmp_path, sqlite_url, clock=clock, rate_limits="on")
    client = make_client(app)
    office = make_office(client, team={"Fenna": "caseworker"})
    code = make_resident(client).post("/v1/caseworker-codes").json()["code"]
    house = app.state.house
    with house.db.write() as session:
        session.add_all(
            FailedAccept(address_hash=str(number // 10), failed_at=clock.now())
            for number in range(guessing.PER_SERVICE)
        )
    fenna = office.fenna.again()
    assert fenna.post(f"/v1/caseworker-codes/{code}/accept").status_code == 429
    page = fenna.post("/werk/nieuw/code", data={"code": code}, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 429
    house.close()


def test_who_went_home_stays_home_whatever_request_was_still_under_way(office, client):
    house, fenna = client.app.state.house, office.fenna
    with house.db.read() as session:
        [work] = session.exec(select(WorkSession).where(WorkSession.member_id == UUID(fenna.id))).all()
    assert fenna.delete("/v1/sessions").status_code == 204
    with house.db.write() as session:
        sessions.touch(session, work, house.clock.now())
    assert fenna.get("/v1/caseload").status_code == 401
