"""Trust 16: what is old says so, silence is said to mean nothing, and nothing is called sent before it is there."""

import re
from pathlib import Path

import app as package
from app.phatic.wording import TEXTS

APP = Path(package.__file__).parent


def test_rule_16_a_teken_older_than_six_days_says_earlier(anna, bas, clock):
    anna.tap()
    clock.move(days=6)
    assert [teken["when_words"] for teken in bas.feed()] == ["woensdagmiddag"]
    clock.move(days=1)
    assert [teken["when_words"] for teken in bas.feed()] == ["eerder"]


def test_rule_16_who_accepts_reads_that_silence_means_nothing():
    for language, said in (("nl", "Is het stil, dan betekent dat hier niets."), ("en", "means nothing here")):
        assert said in TEXTS[language]["u.quiet"]
    assert "u.quiet" in (APP / "templates" / "invitation.html").read_text()


def test_rule_16_after_a_tap_it_lies_ready_and_nothing_is_called_sent():
    assert TEXTS["nl"]["ik.ready"] == "Je teken ligt klaar voor je kring"
    sent = re.compile(r"\b(verstuurd|verzonden|bezorgd|afgeleverd|has been sent|was sent|delivered)\b", re.IGNORECASE)
    found = {key for language in TEXTS for key, text in TEXTS[language].items() if sent.search(text)}
    scripts = {path.name for path in (APP / "static").rglob("*.js") if "htmx" not in path.name}
    found |= {name for name in scripts for path in APP.rglob(name) if sent.search(path.read_text())}
    assert found == set()


def test_rule_16_nothing_waits_for_a_wave(anna, bas):
    anna.tap()
    for path in ("/v1/teken", "/v1/me", "/v1/circle"):
        assert "wave" not in anna.get(path).text.replace("takes_waves", "")
    assert "wave" not in bas.get("/v1/teken").text
