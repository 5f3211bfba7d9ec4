"""What lies ready about a silence is asked again before it leaves, and what was held leaves as one letter."""

from random import Random

import pytest
from sqlmodel import select

from app.channels.base import Address, ChannelError, Kind, Message
from app.flows import agreements, asking, delivery, record, retention, silences
from app.flows.agreements import Wish
from app.flows.letters import Parcel
from app.models.circle import Contact
from app.models.outbox import Attempt, OutboxItem
from app.models.people import Resident, Viewer
from app.models.silence import Question, Silence
from app.worker import Worker
from tests.circles import make_subscription
from tests.silences import Home, make_home

MORNING = "2027-03-10 09:00"


class Kept:
    """A way out that keeps what it takes but signs, and does something first if a test says so."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.before = None
        self.error: ChannelError | None = None

    def send(self, address: Address, message: Message) -> None:
        if message.kind is Kind.TEKEN:
            return
        if self.before:
            self.before()
        if self.error:
            raise self.error
        self.taken.append((address.where, message))

    def to(self, name: str) -> list[Message]:
        return [message for where, message in self.taken if where == f"{name}@post.example"]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def home(house, kept) -> Home:
    home = make_home(house, "Bas", "Cor", kept=kept).at(MORNING)
    home.agree("calm")
    home.tap()
    for moment in ("12 09:00", "12 11:00", "12 13:00"):
        home.looks(f"2027-03-{moment}")
    return home


def deliver(home: Home) -> None:
    Worker(home.house, {"email": home.kept, "webhook": home.kept}, rng=Random(1)).deliver()


def change(home: Home, kind, row_id, **values) -> None:
    with home.house.db.write() as session:
        row = session.get_one(kind, row_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def questions(home: Home) -> list[OutboxItem]:
    return home.items(purpose="question")


def state_of(home: Home, purpose: str) -> list[tuple[str, str | None]]:
    return [(item.state, item.why) for item in home.items(purpose=purpose)]


class TestAQuestion:
    def test_it_says_who_since_when_in_words_and_where_to_answer(self, home, kept):
        deliver(home)
        [message] = kept.to("bas")
        assert "Bel je Anna even?" in message.text
        assert "Van Anna kwam sinds woensdag geen teken." in message.text
        assert "Meestal is er niets. Bel je even?" in message.text
        assert "Dit is geen hulpdienst. Nu hulp nodig? Bel 112." in message.text
        with home.house.db.read() as session:
            question = session.exec(select(Question).where(Question.rung == "first")).one()
        assert f"/a/{asking.link_token(home.house.keys, question.id)}" in message.text
        assert "Anna" not in message.subject

    def test_the_operators_own_line_about_help_stands_in_it(self, home, kept):
        home.house.settings = home.house.settings.model_copy(update={"emergency_text": "Bel de wijkdienst."})
        deliver(home)
        assert "Bel de wijkdienst." in kept.to("bas")[0].text

    def test_a_machine_reads_no_name(self, home, kept):
        with home.house.db.read() as session:
            viewer = session.get_one(Viewer, home.contacts["Cor"].viewer_id)
        make_subscription(home.house, viewer, "webhook", "https://lamp.example/teken")
        home.looks("2027-03-12 15:00")
        deliver(home)
        [message] = [message for where, message in kept.taken if where.startswith("https")]
        assert set(message.data) == {"id", "kind", "words"}
        assert "Anna" not in str(message.data)

    def test_phone_trouble_changes_the_words_to_the_resident(self, home, kept):
        with home.house.db.read() as session:
            anna = session.get_one(Resident, home.resident.id)
        make_subscription(home.house, anna, where="anna@post.example")
        home.at("2027-03-12 13:30").tap()
        home.looks("2027-03-14 13:30")
        change(home, Silence, home.silence().id, phone_trouble=True)
        deliver(home)
        [message] = kept.to("anna")
        assert "Misschien ligt het aan je telefoon." in message.text
        assert "Nu hulp nodig? Bel 112." in message.text


class TestAskedAgainAtSendingTime:
    def test_what_was_resolved_meanwhile_is_never_sent(self, home, kept):
        home.tap()
        deliver(home)
        assert kept.taken == []
        assert state_of(home, "question") == [("dropped", "resolved")]
        assert state_of(home, "all_clear") == []

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"state": "ended"}, "no-grant"),
            ({"is_quiet": True}, "not-asked"),
            ({"sees_ladder": False}, "not-asked"),
            ({"is_sixteen": False}, "not-asked"),
        ],
    )
    def test_who_may_not_be_asked_any_more_is_not(self, home, kept, given, why):
        change(home, Contact, home.contacts["Bas"].id, **given)
        deliver(home)
        assert (kept.taken, state_of(home, "question")) == ([], [("dropped", why)])

    def test_a_frozen_account_asks_nobody(self, home, kept):
        change(home, Resident, home.resident.id, frozen_at=home.now)
        deliver(home)
        assert (kept.taken, state_of(home, "question")) == ([], [("dropped", "resting")])

    def test_a_question_of_the_day_before_yesterday_is_not_sent(self, home):
        home.house.clock.move(days=2)
        deliver(home)
        assert state_of(home, "question") == [("dropped", "expired")]

    def test_a_question_answered_on_the_page_meanwhile_is_not_sent(self, home):
        home.answers("Bas", "not_now")
        deliver(home)
        assert state_of(home, "question") == [("dropped", "answered")]

    def test_one_that_a_retry_brought_into_the_night_waits_for_the_morning(self, home, kept):
        home.at("2027-03-12 21:30")
        deliver(home)
        assert kept.taken == []
        home.at("2027-03-13 08:30")
        deliver(home)
        assert len(kept.to("bas")) == 1

    def test_a_wish_to_be_called_does_not_wait(self, home, kept):
        home.at("2027-03-12 23:30").answers(None, "call_me")
        deliver(home)
        [message] = kept.to("bas")
        assert "Anna vraagt zelf of je even belt." in message.text


class TestTheAllClear:
    def test_it_goes_to_exactly_those_who_were_told_in_other_words(self, home, kept):
        deliver(home)
        home.looks("2027-03-12 15:00")  # Cor is asked, but nothing has left for Cor yet
        home.tap()
        deliver(home)
        question, clear = kept.to("bas")
        assert "Het is goed met Anna." in clear.text
        assert question.text.splitlines()[2] not in clear.text
        assert "Anna" not in clear.subject
        assert kept.to("cor") == []

    def test_it_comes_also_when_it_was_silent_for_longer_than_messages_are_kept(self, home, kept):
        deliver(home)
        home.house.clock.move(days=40)
        with home.house.db.write() as session:
            assert retention.tidy(session, home.resident.id, home.now) == "tidied"
        home.tap()
        deliver(home)
        assert [message.subject for message in kept.to("bas")][1:] == ["Goed nieuws van Teken van leven"]

    def test_a_question_on_its_way_while_it_ended_still_gets_its_all_clear(self, home, kept):
        kept.before = home.tap
        deliver(home)
        kept.before = None
        deliver(home)
        assert [message.subject for message in kept.to("bas")] == [
            "Een vraag van Teken van leven",
            "Goed nieuws van Teken van leven",
        ]

    def test_one_that_failed_on_its_way_is_not_followed_by_an_all_clear(self, home, kept):
        kept.before, kept.error = home.tap, ChannelError("unreachable")
        deliver(home)
        kept.before = kept.error = None
        deliver(home)
        assert kept.taken == []
        assert state_of(home, "all_clear") == [("dropped", "never-told")]

    def test_after_a_stop_in_the_middle_of_a_send_it_goes_out_when_nobody_can_be_sending_any_more(self, home, kept):
        [item] = questions(home)
        with home.house.db.write() as session:
            assert isinstance(delivery.claim(session, item.id, home.now), Parcel)
        home.tap()
        deliver(home)
        assert kept.taken == []
        home.house.clock.move(minutes=3)
        deliver(home)
        assert len(kept.to("bas")) == 1

    @pytest.mark.parametrize("outcome", ["died", "admitted", "moved", "unknown"])
    def test_what_a_caseworker_closed_otherwise_is_not_called_good(self, home, kept, outcome):
        deliver(home)
        with home.house.db.write() as session:
            silences.close(session, session.get_one(Silence, home.silence().id), outcome, home.now)
        deliver(home)
        assert "goed met Anna" not in kept.to("bas")[1].text
        assert "Goed" not in kept.to("bas")[1].subject

    def test_who_stops_the_agreement_did_not_say_that_all_is_well(self, home, kept):
        deliver(home)
        with home.house.db.write() as session:
            resident = session.get_one(Resident, home.resident.id)
            agreements.choose(session, resident, Wish("greetings"), home.now)
            assert record.every_line(session, resident)[-2].kind == "silence-over"
        deliver(home)
        _, clear = kept.to("bas")
        assert "Wat we je over Anna vroegen, is klaar." in clear.text
        assert "goed met" not in clear.text
        assert clear.subject == "Bericht van Teken van leven"
        assert home.silence().outcome == "changed"

    def test_who_stops_the_agreement_at_night_lets_nobody_be_woken(self, home, kept):
        deliver(home)
        home.at("2027-03-12 23:00")
        with home.house.db.write() as session:
            resident = session.get_one(Resident, home.resident.id)
            agreements.choose(session, resident, Wish("greetings"), home.now)
        deliver(home)
        assert len(kept.to("bas")) == 1
        home.at("2027-03-13 08:30")
        deliver(home)
        assert len(kept.to("bas")) == 2


class TestHeld:
    def test_what_was_held_for_one_address_goes_out_as_one_letter(self, home, kept):
        with home.house.db.read() as session:
            anna = session.get_one(Resident, home.resident.id)
        make_subscription(home.house, anna, where="anna@post.example")
        with home.house.db.write() as session:
            for note in ("welcome-back", "greetings"):
                asking.notice(session, session.get_one(Resident, anna.id), note, home.now)
        deliver(home)
        [message] = kept.to("anna")
        assert "Welkom terug?" in message.text
        assert "Een groet van Teken van leven" in message.text
        notices = home.items(purpose="notice")
        assert [item.state for item in notices] == ["sent", "sent"]
        with home.house.db.read() as session:
            tries = session.exec(select(Attempt)).all()
        assert {item.id for item in notices} <= {one.item_id for one in tries if one.outcome == "sent"}

    def test_two_questions_of_one_night_about_one_silence_are_read_as_one(self, home, kept):
        with home.house.db.write() as session:
            silence = session.get_one(Silence, home.silence().id)
            person = asking.contact_as_person(session, session.get_one(Contact, home.contacts["Bas"].id))
            home.house.clock.move(minutes=1)
            asking.ask(session, home.house.keys, silence, person, rung="rest", now=home.now)
        deliver(home)
        [message] = kept.to("bas")
        assert message.text.count("Bel je even?") == 1
        assert {item.state for item in questions(home)} == {"sent"}

    def test_what_fails_together_is_tried_together_again(self, home, kept):
        with home.house.db.read() as session:
            anna = session.get_one(Resident, home.resident.id)
        make_subscription(home.house, anna, where="anna@post.example")
        with home.house.db.write() as session:
            for note in ("welcome-back", "greetings"):
                asking.notice(session, session.get_one(Resident, anna.id), note, home.now)
        kept.error = ChannelError("unreachable")
        deliver(home)
        kept.error = None
        assert {item.state for item in home.items(purpose="notice")} == {"waiting"}
        home.house.clock.move(minutes=2)
        deliver(home)
        assert len(kept.to("anna")) == 1

    def test_one_of_them_that_is_not_true_any_more_stays_behind(self, home, kept):
        with home.house.db.read() as session:
            anna = session.get_one(Resident, home.resident.id)
        make_subscription(home.house, anna, where="anna@post.example")
        with home.house.db.write() as session:
            for note in ("welcome-back", "spoke"):
                asking.notice(session, session.get_one(Resident, anna.id), note, home.now)
        deliver(home)
        assert kept.to("anna")[0].subject == "Welkom terug?"
        assert sorted(state_of(home, "notice"), key=str) == [("dropped", "resolved"), ("sent", None)]
