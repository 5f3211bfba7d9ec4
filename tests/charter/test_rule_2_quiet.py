"""Charter 2: lowest priority, no sound, at most one mail a day per resident and viewer; the page shows the day's."""

from datetime import UTC, datetime

from tests.house import NOON
from tests.office import mail_to
from tests.people import make_contact


def test_rule_2_quiet_one_mail_a_day_though_the_page_shows_all(app, anna, bas, clock, post):
    house = app.state.house
    mail_to(house, bas)
    worker = post.worker(house)
    anna.tap()
    worker.run_once()
    clock.move(hours=2)
    anna.walk(clock.now())
    clock.move(hours=2)
    anna.tap(rest=True)
    worker.run_once()
    assert len(post.mails) == 1
    assert {teken["kind"] for teken in bas.feed()} == {"checkin", "walk", "rest"}
    clock.move(hours=20)
    anna.tap()
    worker.run_once()
    assert len(post.mails) == 2


def test_rule_2_quiet_a_later_teken_takes_the_place_of_an_unsent_one(app, anna, bas, clock, post):
    house = app.state.house
    mail_to(house, bas)
    anna.tap()
    clock.move(minutes=20)
    anna.walk(clock.now())
    post.worker(house).run_once()
    [mail] = post.mails
    assert "gewandeld" in mail.get_body(("plain",)).get_content()


def test_rule_2_quiet_each_viewer_has_their_own_mail(app, anna, bas, post):
    house = app.state.house
    cas = make_contact(anna, "Cas")
    mail_to(house, bas)
    mail_to(house, cas, "cas@post.example")
    anna.tap()
    post.worker(house).run_once()
    assert sorted(post.envelopes) == [["bas@post.example"], ["cas@post.example"]]


def test_rule_2_quiet_a_mail_says_itself_that_it_is_of_the_lowest_priority(app, anna, bas, post):
    house = app.state.house
    mail_to(house, bas)
    anna.tap()
    post.worker(house).run_once()
    [mail] = post.mails
    assert mail["X-Priority"].startswith("5")
    assert (mail["Importance"], mail["Priority"]) == ("low", "non-urgent")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not mail["Disposition-Notification-To"]
    assert not mail["Return-Receipt-To"]


def test_rule_2_quiet_waits_for_the_receivers_morning(app, anna, bas, clock, post):
    house = app.state.house
    mail_to(house, bas)
    worker = post.worker(house)
    clock.at = datetime(2027, 3, 10, 21, 10, tzinfo=UTC)  # 22:10 in Amsterdam, after 21:00
    anna.tap()
    worker.run_once()
    assert post.mails == []
    clock.at = datetime(2027, 3, 11, 7, 31, tzinfo=UTC)  # 08:31
    worker.run_once()
    assert len(post.mails) == 1


def test_rule_2_quiet_waves_stand_outside_the_count_and_send_nothing(app, anna, bas, post):
    house = app.state.house
    mail_to(house, bas)
    worker = post.worker(house)
    bas.post("/v1/waves", json={"resident_id": anna.id})
    worker.run_once()
    assert post.mails == []
    anna.tap()
    worker.run_once()
    assert len(post.mails) == 1
    assert house.clock.now() == NOON
