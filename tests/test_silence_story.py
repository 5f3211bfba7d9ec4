"""It grows silent, as it happens to people: thirty days with a moved clock, the real worker and a real mail server."""

from uuid import UUID

import pytest

from app.models.people import Resident
from tests.month import month_from
from tests.people import make_resident
from tests.silences import Home


@pytest.fixture
def month(tmp_path, sqlite_url):
    with month_from("2027-03-10 09:00", tmp_path, sqlite_url) as opened:
        yield opened


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
