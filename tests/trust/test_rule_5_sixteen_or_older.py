"""Trust 5: who is under 16 gets greetings and drawings only, and is asked for nothing; no birth date is stored."""

import pytest

from tests.people import Person, make_contact

OURS = {"Sec-Fetch-Site": "same-origin"}
YOUNG = {"sixteen_or_older": False}


def in_circle(anna: Person, contact: Person) -> dict[str, object]:
    return next(one for one in anna.get("/v1/circle").json()["items"] if one["id"] == contact.id)


@pytest.mark.parametrize("detail", ["area", "route"])
def test_rule_5_under_sixteen_gets_greetings_and_drawings_only(anna: Person, clock, detail):
    bas = make_contact(anna, detail=detail, role="key_holder", accept=YOUNG)
    shown = in_circle(anna, bas)
    assert (shown["detail"], shown["role"], shown["sees_ladder"]) == ("drawing", "contact", False)
    clock.move(minutes=1)
    anna.walk(clock.now())
    [teken] = bas.feed()
    assert "drawing_svg" in teken
    assert not {"area", "route"} & set(teken)


def test_rule_5_no_later_change_gives_more(anna: Person):
    bas = make_contact(anna, detail="sign", accept=YOUNG)
    assert in_circle(anna, bas)["detail"] == "sign"
    wanted = {"detail": "route", "role": "key_holder", "sees_ladder": True}
    assert anna.patch(f"/v1/contacts/{bas.id}", json=wanted).status_code == 200
    shown = in_circle(anna, bas)
    assert (shown["detail"], shown["role"], shown["sees_ladder"]) == ("drawing", "contact", False)
    assert "nog geen 16" in anna.get(f"/ik/kring/{bas.id}").text


@pytest.mark.parametrize("answer", [{}, {"sixteen_or_older": True}])
def test_rule_5_sixteen_or_unanswered_gets_what_was_granted(anna: Person, answer):
    bas = make_contact(anna, detail="route", role="key_holder", accept=answer)
    shown = in_circle(anna, bas)
    assert (shown["detail"], shown["role"], shown["sees_ladder"]) == ("route", "key_holder", True)


@pytest.mark.parametrize(("said", "detail"), [("true", "route"), ("false", "drawing")])
def test_rule_5_the_invitation_asks_one_question(anna: Person, said, detail):
    code = anna.post("/v1/invitations", json={"name": "Bas", "detail": "route"}).json()["code"]
    page = anna.client.get(f"/u/{code}").text
    assert page.count("Ben je 16 jaar of ouder?") == 1
    assert 'type="date"' not in page
    anna.client.post(f"/u/{code}/ja", data={"sixteen_or_older": said}, headers=OURS)
    [bas] = anna.get("/v1/circle").json()["items"]
    assert bas["detail"] == detail


def test_rule_5_no_resident_under_sixteen(client):
    assert "16 jaar of ouder" in client.get("/begin").text
