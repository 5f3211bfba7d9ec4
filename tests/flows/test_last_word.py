"""Whoever was asked about somebody who is erased meanwhile hears that nothing is asked of them any more."""

from random import Random
from uuid import UUID

import pytest
from sqlmodel import func, select

from app.channels.base import Address, ChannelError, Kind, Message
from app.flows import asking, freezing, leaving
from app.models.outbox import OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.silence import Silence
from app.models.work import Member
from app.worker import Worker
from tests.circles import make_subscription
from tests.people import make_contact
from tests.silences import Home, add_contact, falls_silent, home_of, make_home
from tests.work import make_case, make_silence

NIGHT, MORNING = "2027-03-12 22:00", "2027-03-13 08:30"
GONE = "Wat we je vroegen, is voorbij"


class Mailbox:
    """A way out that keeps letters, but for signs, and refuses them if a test says so."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.error: ChannelError | None = None

    def send(self, address: Address, message: Message) -> None:
        if self.error:
            raise self.error
        if message.kind is not Kind.TEKEN:
            self.taken.append((address.where.partition("@")[0], message))

    def subjects(self) -> list[tuple[str, str]]:
        return [(who, message.subject) for who, message in self.taken]


@pytest.fixture
def home(house) -> Home:
    """Bas was asked on Friday at one; Cor and Dirk were not yet."""
    home = make_home(house, "Bas", "Cor", "Dirk", kept=Mailbox())
    falls_silent(home)
    deliver(home)
    assert [who for who, _ in home.kept.taken] == ["bas"]
    home.kept.taken.clear()
    return home


def deliver(home: Home) -> list[tuple[str, str]]:
    Worker(home.house, {"email": home.kept, "webhook": home.kept}, rng=Random(1)).run_once()
    return home.kept.subjects()


def erase(home: Home, **how: bool) -> None:
    with home.house.db.write() as session:
        leaving.erase(session, session.get_one(Resident, home.resident.id), home.now, **how)


def rows(home: Home, table: type) -> int:
    with home.house.db.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_who_was_asked_hears_it_and_nobody_else(home):
    erase(home)
    assert deliver(home) == [("bas", GONE)]
    [(_, letter)] = home.kept.taken
    assert "Meer weten we niet." in letter.text
    assert "Dit is geen hulpdienst." in letter.text


def test_it_names_nobody_says_not_that_all_is_well_and_leads_nowhere(home):
    erase(home)
    deliver(home)
    [(_, letter)] = home.kept.taken
    said = f"{letter.subject} {letter.text} {letter.html} {letter.data}"
    for never in ("Anna", "goed met", "Goed nieuws", "/kring", str(home.resident.id)):
        assert never not in said


def test_nothing_of_the_resident_is_kept_for_it(home):
    erase(home)
    [item] = home.items()
    assert (item.resident_id, item.contact_id, item.question_id, item.teken_id) == (None,) * 4
    assert rows(home, Resident) == 0


def test_only_the_addresses_that_still_have_a_word_to_come_stay_and_go_once_it_left(home):
    erase(home)
    assert (rows(home, Viewer), rows(home, Subscription)) == (1, 1)
    deliver(home)
    home.clock.move(hours=1)
    Worker(home.house, {"email": home.kept, "webhook": home.kept}).run_once()
    assert (rows(home, Viewer), rows(home, Subscription), rows(home, OutboxItem)) == (0, 0, 0)


def test_it_waits_for_the_morning(home):
    home.at(NIGHT)
    erase(home)
    assert deliver(home) == []
    home.at(MORNING)
    assert deliver(home) == [("bas", GONE)]


def test_a_mail_server_that_fails_loses_it_not(home):
    home.kept.error = ChannelError("unreachable")
    erase(home)
    assert deliver(home) == []
    home.kept.error = None
    home.clock.move(minutes=2)
    assert deliver(home) == [("bas", GONE)]


def test_an_all_clear_that_waits_for_the_morning_becomes_it(home):
    home.at(NIGHT).tap()
    erase(home)
    home.at(MORNING)
    assert deliver(home) == [("bas", GONE)]


def test_who_was_told_that_all_is_well_hears_nothing_more(home):
    home.tap()
    assert len(deliver(home)) == 1
    home.kept.taken.clear()
    erase(home)
    assert home.items() == []
    assert deliver(home) == []


def test_who_is_not_of_the_circle_any_more_hears_nothing(home):
    with home.house.db.write() as session:
        session.add(home.contacts["Bas"])
        home.contacts["Bas"].state = "ended"
    erase(home)
    assert deliver(home) == []


@pytest.mark.parametrize("reason", ["died", "admitted"])
def test_after_a_death_or_an_admission_nobody_hears_anything(home, reason):
    with home.house.db.write() as session:
        resident = session.get_one(Resident, home.resident.id)
        for name in ("Bas", "Cor"):
            freezing.freeze(session, resident, home.contacts[name], reason, home.now)
    erase(home)
    assert home.items() == []
    assert deliver(home) == []


def test_an_operator_who_knows_of_a_death_erases_without_a_word(home):
    erase(home, is_silent=True)
    assert (home.items(), deliver(home)) == ([], [])


def test_one_letter_for_who_was_asked_about_two(home):
    """The question about somebody else goes on, and the letter says so."""
    other = make_home(home.house, kept=home.kept)
    with home.house.db.read() as session:
        viewer = session.get_one(Viewer, home.contacts["Bas"].viewer_id)
    add_contact(other, "Eef")
    with home.house.db.write() as session:
        session.add(other.contacts["Eef"])
        other.contacts["Eef"].viewer_id = viewer.id
    erase(home)
    assert deliver(home) == [("bas", GONE)]
    assert "Een vraag op je pagina over iemand anders geldt nog." in home.kept.taken[0][1].text
    home.clock.move(hours=1)
    deliver(home)
    assert viewer.id in {one for (one,) in _ids(home)}, "who is in another circle stays"


def _ids(home: Home) -> list[tuple[UUID]]:
    with home.house.db.read() as session:
        return [(one,) for one in session.exec(select(Viewer.id))]


def test_a_caseworker_who_was_asked_hears_it_too(app, client, office):
    house = app.state.house
    anna, _ = make_case(office)
    home = home_of(house, anna, Bas=make_contact(anna, "Bas"))
    home.kept = Mailbox()
    with house.db.read() as session:
        fenna = session.get_one(Member, UUID(office.fenna.id))
    make_subscription(house, fenna, where="fenna@post.example")
    silence = make_silence(client, anna.id)
    with house.db.write() as session:
        row = session.get_one(Silence, silence.id)
        asking.ask_member(session, row, session.get_one(Member, fenna.id), home.now)
    deliver(home)
    assert anna.delete("/v1/me").status_code == 204
    assert deliver(home)[1:] == [("fenna", GONE)]
