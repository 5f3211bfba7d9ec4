"""Trust 25: no address gets anything before it said yes; its question holds no text of anybody's choice."""

import socket
from contextlib import closing

import pytest

from app.channels.register import Ways, open_channels
from app.worker import Worker
from tests.house import make_app, make_client
from tests.office import mail_to
from tests.people import make_contact, make_resident

WHERE = "bas@post.example"


def ask(who, **body):
    return who.post("/v1/subscriptions", json=body)


def test_rule_25_an_unverified_address_gets_its_question_and_nothing_else(app, anna, bas, clock, post):
    house = app.state.house
    assert ask(bas, channel="email", address=WHERE).status_code == 201
    worker = post.worker(house)
    anna.tap()
    worker.run_once()
    clock.move(days=1)
    anna.tap()
    worker.run_once()
    assert [mail["Subject"] for mail in post.mails] == ["Klopt dit adres?"]


def test_rule_25_a_verified_one_gets_its_teken(app, anna, bas, post):
    mail_to(app.state.house, bas)
    anna.tap()
    post.worker(app.state.house).run_once()
    assert len(post.mails) == 1


def test_rule_25_the_question_holds_no_text_that_anybody_chose(app, client, post):
    house = app.state.house
    chosen = "Klik hier evil.example"
    anna = make_resident(client, chosen)
    bas = make_contact(anna, chosen)
    ask(bas, channel="email", address=WHERE)
    anna.tap(words=chosen)
    post.worker(house).run_once()
    [mail] = post.mails
    assert "evil" not in mail.as_string().lower()


def test_rule_25_an_address_is_asked_three_times_a_day_whoever_asks(anna, clock):
    people = [make_contact(anna, f"Bas {i}") for i in range(4)]
    answers = [ask(who, channel="email", address=WHERE.upper() if i % 2 else WHERE) for i, who in enumerate(people)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    clock.move(days=1)
    assert ask(people[3], channel="email", address=WHERE).status_code == 201


def test_rule_25_a_word_behind_a_plus_and_dots_make_no_other_mailbox(anna):
    people = [make_contact(anna, f"Bas {i}") for i in range(5)]
    spelt = [
        "bas.jansen@post.example",
        "basjansen+a@post.example",
        "bas.jansen+b@POST.example",
        "b.asjansen@post.example",
    ]
    asked = [ask(who, channel="email", address=where).status_code for who, where in zip(people, spelt, strict=False)]
    assert asked == [201, 201, 201, 429]
    assert ask(people[4], channel="email", address="bas.jansen@other.example").status_code == 201
    assert ask(people[4], channel="email", address="+@post.example").status_code == 201, "nothing but a plus is a name"


def test_rule_25_ones_own_two_names_stay_two(anna):
    for where in ("anna@post.example", "anna+teken@post.example"):
        assert ask(anna, channel="email", address=where).status_code == 201
    assert len(anna.get("/v1/subscriptions").json()["items"]) == 2


def test_rule_25_other_spellings_of_a_domain_are_the_same_address(anna):
    spellings = ["bas@post.example.", "bas@\uff50ost.example", "bas@po\u00adst.example", "bas@post\u3002example"]
    people = [make_contact(anna, f"Bas {i}") for i in range(4)]
    answers = [ask(who, channel="email", address=where) for who, where in zip(people, spellings, strict=True)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert ask(people[0], channel="email", address=WHERE).status_code == 429, "the first one's own, asked again"


def test_rule_25_a_webhook_says_yes_by_its_echo(tmp_path, database_url, clock, post):
    app = make_app(tmp_path, database_url, clock=clock, allow_private_addresses=True)
    anna = make_resident(make_client(app))
    bas = make_contact(anna)
    assert ask(bas, channel="webhook", address=post.web_url).status_code == 201
    worker = post.worker(app.state.house)
    anna.tap()
    worker.run_once()
    assert [set(posted) for posted in post.posts] == [{"type", "challenge"}]
    clock.move(days=1)
    anna.tap()
    worker.run_once()
    app.state.house.close()
    assert [posted.get("kind") for posted in post.posts] == [None, "checkin"]


@pytest.mark.parametrize(
    "where",
    [
        "http://teken.example/hook",
        "ftp://teken.example/hook",
        "https://user:secret@teken.example/",
        "file:///etc/passwd",
    ],
)
def test_rule_25_a_webhook_needs_https(outside, where):
    assert ask(outside, channel="webhook", address=where).status_code == 422


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]"])  # noqa: S104  # an address to be refused
def test_rule_25_a_webhook_needs_a_public_address(outside, host):
    house = outside.client.app.state.house
    with closing(socket.create_server(("127.0.0.1", 0))) as trap:
        trap.setblocking(False)  # noqa: FBT003  # the socket's own shape
        asked = ask(outside, channel="webhook", address=f"https://{host}:{trap.getsockname()[1]}/hook")
        assert asked.status_code in {201, 422}
        Worker(house, open_channels(Ways())).run_once()
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert not any(one["verified"] for one in outside.get("/v1/subscriptions").json()["items"])


@pytest.fixture
def outside(tmp_path, database_url):
    """A contact where it is no demo, so that only public addresses count."""
    app = make_app(tmp_path, database_url, rate_limits="on", demo=False, open_signup=True)
    yield make_contact(make_resident(make_client(app)))
    app.state.house.close()


@pytest.mark.parametrize("bad", ["An\r\nna", "An\nna", "An\rna", "An\x00na", "An\u2028na", "An\x85na"])
def test_rule_25_a_name_cannot_break_a_line(anna, client, bad):
    assert client.post("/v1/residents", json={"name": bad}).status_code == 422
    assert anna.post("/v1/invitations", json={"name": bad}).status_code == 422
    assert anna.patch("/v1/me", json={"name": bad}).status_code == 422
    assert anna.post("/v1/devices", json={"name": bad, "kind": "upload"}).status_code == 422
    assert anna.post("/v1/check-ins", json={"words": bad}).status_code == 422
    assert ask(anna, channel="email", address=f"a{bad}@post.example").status_code == 422
