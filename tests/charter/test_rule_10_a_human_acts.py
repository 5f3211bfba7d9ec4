"""Charter 10: people are asked to call or visit, in calm words; who starts or is asked reads whom to call in need."""

import re
from datetime import date
from uuid import uuid4

import pytest

from app.auth import Keys
from app.flows import ladder_letters
from app.flows.answers import OF_CONTACT
from app.flows.ladder_letters import CONTACT, MEMBER, RESIDENT, Part
from app.phatic.silence import Kind
from app.phatic.wording import TEXTS, notices_nl
from tests.house import make_app, make_client
from tests.people import make_contact, make_resident

OURS = {"nl": "Dit is geen hulpdienst. Nu hulp nodig? Bel 112.", "en": "This is not an emergency service."}
THEIRS = "Dit is geen hulpdienst. Bel in nood 1722."


def pages_where_somebody_starts(client, language: str) -> dict[str, str]:
    wanted = {"Accept-Language": language, "Accept": "text/html"}
    anna = make_resident(client, language=language)
    bas = make_contact(anna, accept={"language": language})
    invited = anna.post("/v1/invitations", json={"name": "Cor"}).json()
    paired = anna.post("/v1/pairings").json()
    paths = {
        "welcome": "/",
        "sign-up": "/begin",
        "an invitation": f"/u/{invited['url'].rpartition('/')[2]}",
        "a spoken code": f"/c/{invited['code']}",
        "a new device": f"/p/{paired['url'].rpartition('/')[2]}",
        "about the data": "/gegevens",
    }
    shown = {name: client.get(path, headers=wanted) for name, path in paths.items()}
    wrong = client.post("/begin", data={"name": ""}, headers=wanted | {"Sec-Fetch-Site": "same-origin"})
    shown |= {"the own page": anna.get("/ik"), "the cards": bas.get("/kring")}
    assert {answer.status_code for answer in shown.values()} == {200}
    return {name: answer.text for name, answer in shown.items()} | {"sign-up again": wrong.text}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("theirs", ["", THEIRS])
def test_rule_10_every_page_that_somebody_starts_on_says_whom_to_call(tmp_path, sqlite_url, language, theirs):
    app = make_app(tmp_path, sqlite_url, emergency_text=theirs)
    pages = pages_where_somebody_starts(make_client(app), language)
    assert len(pages) == 9
    assert [name for name, text in pages.items() if (theirs or OURS[language]) not in text] == []
    app.state.house.close()


# Nobody is called missing or dead, and nothing here is an alarm; "112" and "hulpdienst" stand only where it says no.
NEVER = {
    "nl": r"alarm|\bvermist|\bdood\b|noodgeval|spoed|dringend|politie|ambulance|opsporen|gevaar",
    "en": r"alarm|\bmissing\b|\bdead\b|urgent|police|ambulance|\bemergency\b(?! service)|danger|trace\b",
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rule_10_no_text_sounds_an_alarm_or_calls_anybody_for_us(language):
    pattern = re.compile(NEVER[language], re.IGNORECASE)
    assert {key: hit[0] for key, text in TEXTS[language].items() if (hit := pattern.search(text))} == {}
    named = re.compile(r"hulpdienst|emergency service", re.IGNORECASE)
    said = [text for text in TEXTS[language].values() if named.search(text)]
    assert said
    assert [
        text
        for text in said
        if not re.search(r"geen hulpdienst|not an emergency service|no emergency service", text, re.IGNORECASE)
    ] == []


def parts() -> dict[str, Part]:
    """Everything that anybody can be written about a silence."""
    today = date(2027, 3, 12)
    of_silence = {"question_id": uuid4(), "silence_id": uuid4(), "about": "Anna", "since": today, "today": today}
    found = {
        f"{purpose} {reader} {rung}": Part(purpose=purpose, reader=reader, rung=rung, **of_silence)
        for purpose, reader, rung in (
            ("question", RESIDENT, "resident"),
            ("question", RESIDENT, "reminder"),
            ("question", CONTACT, "first"),
            ("question", CONTACT, "rest"),
            ("question", CONTACT, "call_me"),
            ("question", MEMBER, "caseworker"),
            ("all_clear", CONTACT, "first"),
            ("all_clear", MEMBER, "caseworker"),
        )
    }
    notes = {key.split(".")[1] for key in notices_nl.TEXTS if key.count(".") == 1 and key != "notice.open"}
    return found | {f"notice {note}": Part("notice", RESIDENT, today, note=note) for note in notes}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("theirs", ["", THEIRS])
def test_rule_10_every_letter_about_a_silence_says_whom_to_call_in_need(language, theirs):
    keys = Keys("a secret key for tests, long enough")
    letters = {
        name: ladder_letters.write([part], language, keys, "https://t.example", theirs)
        for name, part in parts().items()
    }
    assert len(letters) > 15
    said = theirs or OURS[language]
    assert [name for name, one in letters.items() if not any(said in line for line in one.letter.closing)] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rule_10_the_circle_is_asked_to_call_and_each_answer_is_something_people_do(language):
    asked = {"nl": "Bel je Anna even?", "en": "Would you call Anna?"}[language]
    keys = Keys("a secret key for tests, long enough")
    written = ladder_letters.write([parts()["question contact first"]], language, keys, "https://t.example", "")
    assert written.letter.title == asked
    assert set(OF_CONTACT) == {"claim", "spoke", "not_now"}
    assert {kind.value for kind in Kind} == {"wait", "nudge", "remind", "tell-circle", "ask-caseworker", "hold", "rest"}
