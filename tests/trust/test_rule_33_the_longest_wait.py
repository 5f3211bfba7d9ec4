"""Trust 33: before anybody agrees they read in one sentence how long it can take; it is part of the consent record."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.phatic import waiting
from app.phatic.waiting import People
from app.phatic.when import after_quiet
from tests.reached import agree, make_reachable

HOME = "Europe/Amsterdam"
MONDAY = datetime(2027, 3, 8, 0, 0, tzinfo=UTC)


def at_night(moment: datetime) -> datetime:
    return after_quiet(moment, HOME, time(21), time(8, 30))


def in_office_hours(moment: datetime) -> datetime:
    """Monday to Friday from nine to five."""
    local = moment.astimezone(ZoneInfo(HOME))
    while local.weekday() > 4 or not time(9) <= local.time() < time(17):
        local = local.replace(minute=0) + timedelta(hours=1)
    return local.astimezone(UTC)


def people(*, caseworker: bool = False, two: bool = False) -> People:
    circle = {uuid4(): ("Bas", at_night)} | ({uuid4(): ("Cas", at_night)} if two else {})
    sam = ("Sam", in_office_hours) if caseworker else None
    return People(HOME, at_night, circle, sam, in_office_hours if caseworker else None)


def two_days_after(heard_at: datetime) -> datetime:
    return heard_at + timedelta(hours=48)


def test_rule_33_it_is_the_longest_of_a_whole_week():
    wait = waiting.longest("calm", people(), two_days_after, MONDAY)
    assert wait
    begins = [MONDAY + timedelta(hours=hours) for hours in range(168)]
    others = [waiting._wait("calm", people(), one, two_days_after(one)) for one in begins]
    by_day = [one for one in others if one.silent_at.astimezone(ZoneInfo(HOME)).hour >= 6]
    assert wait.ends_at - wait.silent_at == max(one.ends_at - one.silent_at for one in by_day)
    # Silent in the evening, asked alone from 8:30, and the circle in the afternoon two days and a night on.
    assert timedelta(hours=60) < wait.ends_at - wait.silent_at < timedelta(hours=72)


def test_rule_33_a_caseworkers_weekend_is_in_it():
    wait = waiting.longest("calm", people(caseworker=True), two_days_after, MONDAY)
    assert wait
    assert wait.last
    assert wait.last[1].astimezone(ZoneInfo(HOME)).strftime("%a %H:%M") == "Mon 09:00"
    words = waiting.words("nl", wait, HOME)
    assert (
        words == "Wordt het dinsdagavond stil, dan hoort Bas het op zijn laatst vrijdagmiddag, en Sam maandagochtend."
    )


def test_rule_33_more_than_a_week_names_the_day_so_that_nobody_mistakes_it():
    wait = waiting.longest("calm", people(), lambda heard_at: heard_at + timedelta(days=9), MONDAY)
    assert wait
    assert waiting.words("nl", wait, HOME).endswith("meer dan een week later.")


def test_rule_33_nobody_to_ask_is_no_wait():
    nobody = People(HOME, at_night, {})
    assert waiting.longest("calm", nobody, two_days_after, MONDAY) is None
    assert waiting.longest("calm", people(), lambda _heard_at: None, MONDAY) is None


def test_rule_33_the_sentence_is_shown_before_and_kept_with_the_consent(app, anna):
    make_reachable(app, anna)
    agreed = agree(anna, helped_by="Riet van de bibliotheek")
    words = agreed["longest_wait_words"]
    assert words.startswith("Wordt het ")
    assert "dan hoort Bas het op zijn laatst" in words
    [consent] = anna.get("/v1/agreement/consents").json()["items"]
    assert words in consent["words"]
    assert "Bel 112" in consent["words"]
    assert (consent["kind"], consent["language"], consent["helped_by"]) == ("calm", "nl", "Riet van de bibliotheek")
    assert consent["version"]
    assert "until_at" not in consent or consent["until_at"] is None


def test_rule_33_each_agreement_keeps_its_own_words(app, anna, clock):
    make_reachable(app, anna)
    agree(anna)
    clock.move(days=1)
    agree(anna, "greetings")
    newer, older = anna.get("/v1/agreement/consents").json()["items"]
    assert (newer["kind"], older["kind"]) == ("greetings", "calm")
    assert older["until_at"] == newer["from_at"]
