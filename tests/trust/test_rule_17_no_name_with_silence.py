"""Trust 17: a lock screen and a mail's subject carry no name together with silence."""

from datetime import date
from uuid import UUID

import pytest

from app.flows import asking, ladder_letters
from app.flows.ladder_letters import CONTACT, MEMBER, RESIDENT, Part
from app.phatic.wording import LANGUAGES
from tests.office import hook_to
from tests.silences import falls_silent, home_of, link_of

BASE = "https://teken.example"
PURPOSES = (asking.QUESTION, asking.ALL_CLEAR)


def part(purpose: str, reader: str, rung: str = "first", *, is_well: bool = True) -> Part:
    return Part(
        purpose,
        reader,
        date(2027, 3, 12),
        question_id=UUID(int=1),
        rung=rung,
        about="Annabel",
        since=date(2027, 3, 10),
        is_well=is_well,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("reader", [RESIDENT, CONTACT, MEMBER])
@pytest.mark.parametrize("rung", ["first", "call_me"])
@pytest.mark.parametrize("is_well", [True, False])
def test_rule_17_no_subject_and_no_line_for_a_machine_holds_a_name(house, language, purpose, reader, rung, is_well):
    parts = [part(purpose, reader, rung, is_well=is_well)]
    for told in (parts, parts * 2):
        written = ladder_letters.write(told, language, house.keys, BASE, "")
        assert "Annabel" not in written.subject + written.short


def test_rule_17_what_arrives_names_nobody_on_the_outside(app, anna, bas, post):
    home = home_of(app.state.house, anna, Bas=bas)
    hook_to(app.state.house, bas, post)
    falls_silent(home)
    post.worker(app.state.house).run_once()
    mail = next(mail for mail in post.mails if "/a/" in mail.get_body(("plain",)).get_content())
    headers = " ".join(f"{name}: {value}" for name, value in mail.items())
    assert "Anna" not in headers
    assert "Anna" in mail.get_body(("plain",)).get_content()
    hooks = [body for body in post.posts if body["kind"] == "question"]
    assert [set(body) for body in hooks] == [{"id", "kind", "words"}]
    assert "Anna" not in str(hooks)


def test_rule_17_the_page_behind_a_link_has_no_name_in_its_title(app, anna, bas):
    home = home_of(app.state.house, anna, Bas=bas)
    falls_silent(home)
    page = bas.client.get(f"/a/{link_of(home, 'Bas')}").text
    title = page[page.index("<title>") : page.index("</title>")]
    assert "Anna" not in title
