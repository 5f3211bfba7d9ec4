"""Charter 4: no receipts, no online state, no reply prompts, no streaks or counts; a word list over every text."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest
from sqlalchemy import func, select

from app import phatic
from app.main import openapi_bytes
from app.models.base import Table
from app.phatic.wording import TEXTS

APP = Path(phatic.__file__).parent.parent
# Each is looked for as whole words, whatever the capitals; a star stands for any ending.
FORBIDDEN = {
    "receipts": "gelezen, gezien door, bekeken door, read by, seen by, opened by, read receipt*, leesbevestiging*",
    "presence": "online, offline, laatst gezien, last seen, "
    "laatst actief, last active, is aan het typen, typt, typing, "
    "is actief, active now, nu actief, beschikbaar, available now",
    "prompts": "antwoord nu, reageer*, geef antwoord, laat weten of, reply, respond, answer now, "
    "don't forget, vergeet niet, "
    "je moet, you must, you have to, you should, "
    "herinnering, reminder, verplicht*, obligat*, mis niet*, don't miss",
    "streaks": "streak*, reeks, op rij, in a row, dagen zonder, days without, dagen geleden, days ago, "
    "dagen niet, "
    "elke dag gehaald, record*, doel gehaald, goal*, mijlpaal, milestone*, badge*, trofee, trophy, level*",
    "scores": "score*, punten, points, ranglijst, leaderboard*, ranking*, gemiddeld*, average*, statistiek*, "
    "statistic*, "
    "vergeleken met, compared to, aantal stappen, "
    "steps, calorie*, kilometer*, km, snelheid, speed",
    "praise": "goed gedaan, goed bezig, well done, good job, gefeliciteerd, congratulation*, trots, proud, keep it up, "
    "ga zo door",
    "blame": "gemist, missed, te laat, vergeten te, forgot, waarom, why not, alweer, zo lang, al een tijd*",
}
# What a person writes about a person may name these; a count or a date may not be in it.
TOLD_TO_CONTACTS = (
    "teken.",
    "sentence.",
    "when.",
    "weekday.",
    "mail.",
    "u.",
    "kring.",
    "window.",
    "v.",
    "s.",
    "leave.",
)
NAMES = {"name", "when", "words", "weekday", "sentence"}
STATE = re.compile(r"(^|_)(read|seen|opened|online|typing|presence|streak|count|total|score|days|since)(_|$)")


def pattern_of(words: str) -> re.Pattern[str]:
    parts = (re.escape(word.strip()).replace(r"\*", r"\w*") for word in words.split(","))
    return re.compile(rf"(?<!\w)({'|'.join(parts)})(?!\w)", re.IGNORECASE)


def texts() -> dict[str, str]:
    """Every text that somebody can read: the wording in both languages, the templates, what scripts say."""
    found = {f"{language} {key}": text for language, known in TEXTS.items() for key, text in known.items()}
    for path in (APP / "templates").rglob("*.html"):
        markup = re.sub(r"\{[%#{].*?[%#}]\}", " ", path.read_text(), flags=re.DOTALL)
        spoken = re.findall(r'(?:aria-label|alt|title|placeholder|content)="([^"]*)"', markup)
        found[path.name] = " ".join([re.sub(r"<[^>]*>", " ", markup), *spoken])
    return found


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_rule_4_no_obligation_in_any_text(kind):
    pattern = pattern_of(FORBIDDEN[kind])
    assert {where: hit[0] for where, text in texts().items() if (hit := pattern.search(text))} == {}


def test_rule_4_no_obligation_the_list_itself_finds_what_it_should():
    for kind, said in {
        "receipts": "Bas: gelezen.",
        "presence": "Anna was last seen at noon",
        "prompts": "Reageer op dit teken",
        "streaks": "Al 3 dagen zonder teken",
        "scores": "12 punten",
        "praise": "Goed gedaan!",
        "blame": "Je hebt een teken gemist",
    }.items():
        assert pattern_of(FORBIDDEN[kind]).search(said), kind


def test_rule_4_no_obligation_nothing_told_to_a_contact_can_hold_a_count():
    for language, known in TEXTS.items():
        for key, text in known.items():
            if key.startswith(TOLD_TO_CONTACTS):
                fields = {name for _, name, _, _ in Formatter().parse(text) if name}
                assert fields <= NAMES, (language, key, fields)


def test_rule_4_no_obligation_both_languages_say_the_same_things():
    assert TEXTS["nl"].keys() == TEXTS["en"].keys()
    for key, text in TEXTS["nl"].items():
        fields = [{name for _, name, _, _ in Formatter().parse(said) if name} for said in (text, TEXTS["en"][key])]
        assert fields[0] == fields[1], key


def test_rule_4_no_obligation_no_answer_has_a_state_of_reading_or_a_count(app):
    schemas = json.loads(openapi_bytes(app))["components"]["schemas"]
    shown = {(name, field) for name, schema in schemas.items() for field in schema.get("properties", {})}
    # How long their own signs are kept is a resident's choice, told to themselves only.
    kept = {("MeIn", "sign_days"), ("MeOut", "sign_days")}
    # "Sinds maandag": words, a weekday at most, to those who are asked whether they would call.
    kept |= {("EpisodeOut", "since_words")}
    # Of what a caseworker or an admin reads; a contact gets none of it.
    kept |= {("CaseItem", "since_words"), ("CaseOut", "since_words")}
    kept |= {("RetentionIn", "closed_episode_days"), ("RetentionIn", "teken_days")}
    assert {one for one in shown - kept if STATE.search(one[1])} == set()


def test_rule_4_no_obligation_reading_leaves_no_trace(app, anna, bas):
    anna.tap()
    before = rows(app)
    for _ in range(3):
        bas.feed()
        bas.get("/v1/circle")
        bas.get("/v1/me")
    assert rows(app) == before


def rows(app) -> dict[str, list]:
    """Every row of every table, as the database has it."""
    with app.state.house.db.reader.connect() as connection:
        found = {table.name: connection.execute(select(table)).all() for table in Table.metadata.sorted_tables}
        assert connection.execute(select(func.count()).select_from(Table.metadata.tables["teken"])).scalar() == 1
    return {name: sorted(map(repr, some)) for name, some in found.items()}
