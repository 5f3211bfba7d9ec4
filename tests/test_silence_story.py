"""It grows silent, as it happens to people: thirty days with a moved clock, the real worker and a real mail server."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func
from sqlmodel import select

from app.main import create_app
from app.models.outbox import OutboxItem
from app.models.people import Resident
from app.models.silence import Agreement
from app.worker import Worker
from tests import office
from tests.circles import make_subscription
from tests.house import HandClock, make_client, make_settings
from tests.office import Office
from tests.people import Person, make_contact, make_resident
from tests.silences import HOME, Home, home_of, link_of, local

A_MINUTE = timedelta(minutes=1)
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Month:
    """Anna's month: who got which mail when, without the quiet signs."""

    home: Home
    post: Office
    worker: Worker
    anna: Person
    bas: Person
    read: int = 0

    def until(self, moment: str) -> list[str]:
        """Let time pass, from one thing that is due to the next, and tell which mails came: when, to whom, of what."""
        ends_at = local(moment)
        came = self.at(min(self.home.now + A_MINUTE, ends_at))
        while self.home.now < ends_at:
            due_at = self.next_due(ends_at)
            # The watch must not seem to have stood still when somebody's moment comes.
            came += self.at(max(due_at - A_MINUTE, self.home.now)) + self.at(due_at)
        return came

    def at(self, moment: datetime) -> list[str]:
        self.home.clock.at = moment
        self.worker.run_once()
        return self.arrived()

    def next_due(self, latest: datetime) -> datetime:
        with self.home.house.db.read() as session:
            looks = session.exec(select(Agreement.next_due_at).where(Agreement.next_due_at > self.home.now)).all()
            waits = session.exec(
                select(func.min(OutboxItem.due_at)).where(
                    OutboxItem.state == "waiting", OutboxItem.due_at > self.home.now
                )
            ).all()
        return min([latest, *(moment for moment in [*looks, *waits] if moment)])

    def arrived(self) -> list[str]:
        new = list(zip(self.post.mails, self.post.envelopes, strict=True))[self.read :]
        self.read = len(self.post.mails)
        when = f"{self.home.now.astimezone(HOME):%a %d %H:%M}"
        told = [(to[0].partition("@")[0], mail.get_body(("plain",)).get_content()) for mail, to in new]
        return sorted(
            f"{when} {to}: {text.splitlines()[0]}"
            for to, text in told
            if "Teken van Anna" not in text and not is_sign(text)
        )

    def taps(self, *moments: str) -> None:
        for moment in moments:
            assert self.until(moment) == [], "nobody is asked anything while signs come"
            self.home.tap()

    def answers(self, who: str | None, answer: str) -> None:
        """Tap one answer on the page behind the link of the mail; no cookie is needed."""
        client = self.anna.client
        token = link_of(self.home, who)
        assert client.post(f"/a/{token}", data={"answer": answer}, headers=OWN).status_code == 303


def is_sign(text: str) -> bool:
    """Tell whether a mail is a quiet sign: its title is the name alone."""
    return text.splitlines()[0] in {"Anna", "Els"}


@pytest.fixture
def month(tmp_path, sqlite_url):
    app = create_app(make_settings(tmp_path, sqlite_url), with_worker=False)
    house = app.state.house
    house.clock = HandClock(local("2027-03-10 09:00"))
    with office.opened() as post:
        anna = make_resident(make_client(app))
        bas, cor = make_contact(anna, "Bas"), make_contact(anna, "Cor")
        home = home_of(house, anna, Bas=bas, Cor=cor)
        make_subscription(house, home.resident, where="anna@post.example")
        home.agree("calm")
        yield Month(home, post, post.worker(house), anna, bas)
    house.close()


def test_thirty_days_with_two_silences(month):
    """Anna taps each morning. Twice she does not, and both times it was nothing."""
    month.taps(*(f"2027-03-{day} 09:00" for day in range(11, 21)))

    # Saturday's tap was the last. On Monday she alone is asked, twice; then Bas.
    assert month.until("2027-03-22 12:59") == ["Mon 22 09:00 anna: Alles goed?", "Mon 22 11:00 anna: Alles goed?"]
    assert month.until("2027-03-22 14:00") == ["Mon 22 13:00 bas: Bel je Anna even?"]
    month.answers("Bas", "claim")
    # Cor would have been asked at three. Bas has it in hand, and then Anna taps.
    assert month.until("2027-03-22 15:30") == []
    month.home.tap()
    assert month.until("2027-03-22 15:31") == ["Mon 22 15:31 bas: Bellen hoeft niet meer"]

    # The clocks change on Sunday; her last tap is that evening.
    month.taps(*(f"2027-03-{day} 09:00" for day in range(23, 28)), "2027-03-28 20:00")
    assert month.until("2027-03-30 20:30") == ["Tue 30 20:00 anna: Alles goed?"]
    # What falls into the night waits for the morning, and so does whoever would be next.
    assert month.until("2027-03-31 10:29") == ["Wed 31 08:30 anna: Alles goed?"]
    assert month.until("2027-03-31 12:29") == ["Wed 31 10:30 bas: Bel je Anna even?"]
    assert month.until("2027-03-31 12:40") == ["Wed 31 12:30 cor: Bel je Anna even?"]
    month.answers("Cor", "spoke")
    assert month.until("2027-04-01 10:00") == ["Wed 31 12:41 anna: Iemand heeft je gesproken"]
    month.home.tap()
    assert month.until("2027-04-01 10:01") == [
        "Thu 01 10:01 bas: Bellen hoeft niet meer",
        "Thu 01 10:01 cor: Bellen hoeft niet meer",
    ]

    month.taps(*(f"2027-04-{day:02} 10:00" for day in range(2, 10)))
    assert month.home.asked() == [
        "Mon 09:00 Anna",
        "Mon 11:00 Anna",
        "Mon 13:00 Bas",
        "Tue 20:00 Anna",
        "Tue 22:00 Anna",
        "Wed 10:30 Bas",
        "Wed 12:30 Cor",
    ]


def test_rule_1_what_was_held_in_the_night_goes_out_as_one(month):
    """Anna and Els fall silent on the same evening; in the morning Bas has one letter, with both in it."""
    els = make_resident(month.anna.client, "Els")
    code = els.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    assert month.bas.post(f"/v1/invitations/{code}/accept").status_code == 201
    with month.home.house.db.read() as session:
        other = Home(month.home.house, session.get_one(Resident, UUID(els.id)))
    other.agree("calm")
    assert month.until("2027-03-10 17:00") == []
    month.home.tap()
    other.tap()
    month.until("2027-03-12 21:30")
    assert month.until("2027-03-13 09:00") == ["Sat 13 08:30 bas: Dit lag voor je klaar"]
    text = month.post.mails[-1].get_body(("plain",)).get_content()
    assert "Bel je Anna even?" in text
    assert "Bel je Els even?" in text
    assert text.count("/a/a_") == 2
    assert [item.state for item in month.home.items(purpose="question") if item.contact_id] == ["sent", "sent"]


def test_rule_1_what_was_resolved_in_the_night_is_never_sent(month):
    month.taps("2027-03-10 17:00")
    month.until("2027-03-12 21:30")
    assert month.home.asked()[-1] == "Fri 21:00 Bas"
    month.home.tap()
    assert month.until("2027-03-13 12:00") == []
    of_bas = [item for item in month.home.items() if item.contact_id and item.question_id]
    assert [(item.purpose, item.state, item.why) for item in of_bas] == [("question", "dropped", "resolved")]


def test_rule_8_the_all_clear_goes_to_exactly_those_who_were_told(month):
    month.taps("2027-03-10 09:01")
    assert month.until("2027-03-12 13:05")[-1] == "Fri 12 13:01 bas: Bel je Anna even?"
    month.home.tap()
    assert month.until("2027-03-12 16:00") == ["Fri 12 13:06 bas: Bellen hoeft niet meer"]
