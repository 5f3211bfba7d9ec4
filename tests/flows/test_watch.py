"""Somebody falls silent: the watch looks, asks, waits, and is told that all is well."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.errors import Conflict, Unreadable
from app.flows import pauses, record, silences, watch
from app.flows.pauses import Wanted
from app.models.people import Resident
from app.models.silence import Agreement, Pause, Question
from tests.silences import Home, add_contact, local, make_home

# Wednesday 10 March 2027.
MORNING = "2027-03-10 09:00"


@pytest.fixture
def home(house) -> Home:
    home = make_home(house, "Bas", "Cor").at(MORNING)
    home.agree("calm")
    home.tap()
    return home


def looks(home: Home, *moments: str) -> list[str]:
    return [home.looks(f"2027-03-{moment}") for moment in moments]


def climb(home: Home) -> None:
    """From the due moment to the first contact: 48 hours after the tap."""
    assert looks(home, "12 09:00", "12 11:00", "12 13:00") == ["nudge", "remind", "tell-circle"]


def state_of(home: Home) -> str:
    return home.silence().state


class TestTheStory:
    def test_nobody_is_asked_before_the_moment_that_was_agreed(self, home):
        assert looks(home, "12 08:59") == ["not-due"]
        assert home.asked() == []

    def test_the_resident_is_asked_first_and_alone_then_the_first_contact_then_the_rest(self, home):
        climb(home)
        assert looks(home, "12 14:59", "12 15:00") == ["not-due", "tell-circle"]
        assert home.asked() == ["Fri 09:00 Anna", "Fri 11:00 Anna", "Fri 13:00 Bas", "Fri 15:00 Cor"]

    def test_a_tap_ends_it_and_the_next_silence_is_two_days_away(self, home):
        climb(home)
        home.at("2027-03-12 14:00").tap()
        assert (state_of(home), home.silence().outcome) == ("closed", "sign")
        assert looks(home, "14 13:59", "14 14:00") == ["not-due", "nudge"]

    def test_greetings_ask_nobody_ever_but_the_resident_once_after_two_weeks(self, home):
        home.agree("greetings")
        assert looks(home, "24 08:59", "24 09:00") == ["not-due", "greeted"]
        home.at("2027-06-01 09:00")
        with home.house.db.read() as session:
            assert not watch.is_anybody_due(session, home.now)
        assert home.asked() == []

    def test_looking_twice_asks_nobody_twice(self, home):
        assert looks(home, "12 09:00", "12 09:00", "12 09:01") == ["nudge", "not-due", "not-due"]
        assert home.asked() == ["Fri 09:00 Anna"]

    def test_whoever_was_heard_while_they_were_claimed_is_left_alone(self, home):
        home.at("2027-03-12 09:00")
        with home.house.db.write() as session:
            assert list(watch.claim(session, home.now, 10)) == [home.resident.id]
        home.tap()
        assert looks(home, "12 09:00") == ["not-due"]
        assert home.silence() is None

    def test_two_workers_claim_each_resident_once_and_again_after_the_lease(self, home):
        home.at("2027-03-12 09:00")
        with home.house.db.write() as session:
            assert len(watch.claim(session, home.now, 10)) == 1
        with home.house.db.write() as session:
            assert watch.claim(session, home.now, 10) == []
        home.house.clock.move(seconds=watch.LEASE.total_seconds())
        with home.house.db.write() as session:
            assert len(watch.claim(session, home.now, 10)) == 1

    def test_a_resident_at_whom_we_cannot_look_waits_an_hour(self, home):
        home.at("2027-03-12 09:00")
        with home.house.db.write() as session:
            watch.put_off(session, home.resident.id, home.now)
        assert looks(home, "12 09:59", "12 10:00") == ["not-due", "nudge"]

    def test_a_frozen_account_is_not_looked_at(self, home):
        with home.house.db.write() as session:
            session.get_one(Resident, home.resident.id).frozen_at = home.now
        assert looks(home, "12 09:00") == ["not-watched"]


class TestWhoIsAsked:
    def test_the_key_holder_comes_with_the_rest_even_when_named_first(self, house):
        home = make_home(house).at(MORNING)
        add_contact(home, "Kim", role="key_holder")
        add_contact(home, "Bas")
        home.agree("calm")
        home.tap()
        climb(home)
        assert home.asked()[-1] == "Fri 13:00 Bas"

    @pytest.mark.parametrize("given", [{"is_quiet": True}, {"is_sixteen": False}, {"sees_ladder": False}])
    def test_who_may_not_be_asked_is_passed_over(self, house, given):
        home = make_home(house).at(MORNING)
        add_contact(home, "Bas", **given)
        add_contact(home, "Cor")
        home.agree("calm")
        home.tap()
        climb(home)
        assert home.asked()[-1] == "Fri 13:00 Cor"

    def test_a_contact_who_left_between_two_rungs_is_not_asked(self, home):
        looks(home, "12 09:00", "12 11:00")
        with home.house.db.write() as session:
            contact = session.get_one(type(home.contacts["Bas"]), home.contacts["Bas"].id)
            contact.state = "ended"
        assert looks(home, "12 13:00") == ["tell-circle"]
        assert home.asked()[-1] == "Fri 13:00 Cor"


class TestAnswers:
    @pytest.mark.parametrize("word", ["fine", "rest"])
    def test_the_residents_answer_closes_it_and_counts_as_heard(self, home, word):
        looks(home, "12 09:00")
        home.answers(None, word)
        assert (state_of(home), home.silence().outcome) == ("closed", word)
        assert looks(home, "14 08:59", "14 09:00") == ["not-due", "nudge"]

    def test_away_until_makes_a_pause(self, home):
        looks(home, "12 09:00")
        home.answers(None, "away", until="2027-03-20 09:00")
        assert home.silence().outcome == "away"
        assert looks(home, "19 09:00", "20 09:00") == ["not-due", "welcomed"]
        assert [item.note for item in home.items(purpose="notice")] == []  # she has no address: her page says it

    def test_away_needs_an_end(self, home):
        looks(home, "12 09:00")
        with pytest.raises(Unreadable):
            home.answers(None, "away")
        assert state_of(home) == "asked"

    def test_a_claim_holds_the_clock_two_hours(self, home):
        climb(home)
        home.at("2027-03-12 14:30").answers("Bas", "claim")
        assert looks(home, "12 15:30") == ["wait"]
        assert looks(home, "12 16:30") == ["tell-circle"]

    def test_one_person_cannot_hold_it_for_longer_than_four_hours(self, home):
        climb(home)
        for moment in ("14:00", "15:30", "17:00", "17:30"):
            home.at(f"2027-03-12 {moment}").answers("Bas", "claim")
        assert home.silence().claimed_until == local("2027-03-12 18:00")

    def test_somebody_else_cannot_claim_what_is_in_hand(self, home):
        climb(home)
        looks(home, "12 15:00")
        home.answers("Bas", "claim")
        with pytest.raises(Conflict) as refused:
            home.answers("Cor", "claim")
        assert refused.value.code == "already-done"

    def test_not_now_asks_the_next_at_once(self, home):
        climb(home)
        home.at("2027-03-12 13:05").answers("Bas", "not_now")
        assert looks(home, "12 13:05") == ["tell-circle"]
        assert home.asked()[-1] == "Fri 13:05 Cor"

    def test_call_me_asks_the_first_contact_at_once_also_at_night(self, home):
        looks(home, "12 09:00")
        home.at("2027-03-12 23:30").answers(None, "call_me")
        assert home.asked()[-1] == "Fri 23:30 Bas"
        [item] = home.items(purpose="question")
        assert item.due_at == local("2027-03-12 23:30")

    def test_an_answer_after_the_end_is_refused(self, home):
        looks(home, "12 09:00")
        home.answers(None, "fine")
        with pytest.raises(Conflict) as refused:
            home.answers(None, "fine")
        assert refused.value.code == "episode-closed"

    def test_a_contact_cannot_answer_for_the_resident(self, home):
        climb(home)
        with pytest.raises(Unreadable):
            home.answers("Bas", "fine")


class TestRule27SpokeClosesNothing:
    def test_it_stops_the_others_for_a_day_and_then_the_next_is_asked(self, home):
        climb(home)
        home.at("2027-03-12 14:00").answers("Bas", "spoke")
        assert state_of(home) == "circle_asked"
        assert looks(home, "13 13:59", "13 14:00") == ["wait", "tell-circle"]
        assert home.asked()[-1] == "Sat 14:00 Cor"

    def test_the_resident_can_say_that_it_is_not_true_and_somebody_else_is_asked(self, home):
        climb(home)
        home.at("2027-03-12 14:00").answers("Bas", "spoke")
        home.answers(None, "call_me")
        assert home.asked()[-1] == "Fri 14:00 Cor"
        assert home.silence().spoke_at is None


class TestLateSigns:
    def test_one_of_after_the_last_sign_closes_it(self, home):
        climb(home)
        home.tap(occurred_at="2027-03-11 20:00")
        assert state_of(home) == "closed"

    def test_one_of_before_the_last_sign_is_shown_only(self, home):
        climb(home)
        home.tap(occurred_at="2027-03-09 20:00")
        assert state_of(home) == "circle_asked"

    def test_one_that_does_not_count_moves_no_clock(self, home):
        climb(home)
        with home.house.db.write() as session:
            resident = session.get_one(Resident, home.resident.id)
            from app.flows import heard  # noqa: PLC0415  # the one place that needs it

            heard.note(session, resident, at=home.now, now=home.now, counts=False)
        assert state_of(home) == "circle_asked"


class TestPauses:
    def pause(self, home: Home, begins: str, ends: str) -> None:
        with home.house.db.write() as session:
            resident = session.get_one(Resident, home.resident.id)
            pauses.add(session, resident, Wanted(local(begins), local(ends)), home.now)

    def test_nothing_counts_in_it_and_the_clock_starts_anew_at_its_end(self, home):
        self.pause(home, "2027-03-10 10:00", "2027-03-20 10:00")
        assert looks(home, "12 09:00", "20 09:59", "20 10:00") == ["paused", "not-due", "welcomed"]
        assert looks(home, "22 09:59", "22 10:00") == ["not-due", "nudge"]

    def test_a_sign_in_it_does_not_end_it(self, home):
        self.pause(home, "2027-03-10 09:00", "2027-03-20 10:00")
        home.at("2027-03-12 12:00").tap()
        assert looks(home, "15 12:00") == ["not-due"]
        assert looks(home, "20 10:00") == ["welcomed"]

    @pytest.mark.parametrize("until", ["2027-03-10 08:00", "2027-04-22 09:01"])
    def test_one_without_an_end_or_beyond_six_weeks_is_refused(self, home, until):
        with pytest.raises(Unreadable):
            self.pause(home, "2027-03-10 09:00", until)

    def test_it_closes_a_silence_that_is_open(self, home):
        climb(home)
        self.pause(home, "2027-03-12 13:00", "2027-03-20 10:00")
        assert home.silence().outcome == "away"


class TestTheLog:
    def test_the_resident_reads_who_was_asked_and_who_took_it_up_and_never_who_declined(self, home):
        climb(home)
        home.at("2027-03-12 13:05").answers("Bas", "not_now")
        looks(home, "12 13:05")
        home.answers("Cor", "claim")
        home.tap()
        with home.house.db.read() as session:
            resident = session.get_one(Resident, home.resident.id)
            kinds = [line.kind for line in record.every_line(session, resident) if line.kind.startswith("silence")]
            assert record.verify(session, resident.id)
        expected = ["silence-opened", "silence-asked", "silence-asked", "silence-claimed", "silence-closed"]
        assert kinds == expected


class TestSecrets:
    def test_a_link_is_stored_as_a_hash_and_opens_its_own_question(self, home):
        from app.flows import asking  # noqa: PLC0415  # the one place that needs it

        climb(home)
        with home.house.db.read() as session:
            question = session.exec(select(Question).where(Question.rung == "first")).one()
            token = asking.link_token(home.house.keys, question.id)
            found, silence = silences.by_link(session, home.house.keys, token)
        assert (found.id, silence.id) == (question.id, home.silence().id)
        assert token not in question.link_hash

    def test_the_column_that_is_watched_is_the_only_one(self, home):
        with home.house.db.read() as session:
            agreement = session.get_one(Agreement, home.resident.id)
        assert agreement.next_due_at == local("2027-03-12 09:00")
        assert agreement.heard_at + timedelta(hours=48) == agreement.next_due_at


def test_a_silence_that_a_planned_pause_interrupts_goes_on_after_it(home):
    with home.house.db.write() as session:
        away = Wanted(local("2027-03-12 10:00"), local("2027-03-30 10:00"))
        pauses.add(session, home.resident, away, home.now)
    assert looks(home, "12 09:00", "12 11:00", "25 11:00") == ["nudge", "paused", "not-due"]
    assert looks(home, "30 10:00", "30 11:59", "30 12:00") == ["welcomed", "wait", "remind"]
    assert looks(home, "30 14:00") == ["tell-circle"]
    assert home.asked() == ["Fri 09:00 Anna", "Tue 12:00 Anna", "Tue 14:00 Bas"]


def test_a_silence_goes_on_when_the_pause_that_interrupts_it_ends_early(home):
    with home.house.db.write() as session:
        away = Wanted(local("2027-03-12 10:00"), local("2027-03-30 10:00"))
        pause = pauses.add(session, home.resident, away, home.now)
    assert looks(home, "12 09:00", "12 11:00") == ["nudge", "paused"]
    home.at("2027-03-14 10:00")
    with home.house.db.write() as session:
        pauses.end(session, home.resident, session.get_one(Pause, pause.id), home.now)
    assert looks(home, "14 10:00", "14 12:00") == ["wait", "remind"]
