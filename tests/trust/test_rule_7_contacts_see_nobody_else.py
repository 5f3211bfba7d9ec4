"""Trust 7: a contact sees the resident and itself, nobody else, unless the circle knows each other."""

from tests.people import Person, make_contact

OURS = {"Sec-Fetch-Site": "same-origin"}


def everything(contact: Person) -> str:
    paths = ("/v1/circle", "/v1/teken", "/v1/me", "/v1/subscriptions", "/kring", "/kring?venster", "/kring/berichten")
    return "".join(contact.get(path).text for path in paths)


def test_rule_7_a_contact_sees_the_resident_and_itself(anna: Person, clock):
    bas, cor = make_contact(anna, "Bastiaan"), make_contact(anna, "Cornelis")
    clock.move(minutes=1)
    anna.tap()
    cor.post("/v1/waves", json={"resident_id": anna.id})
    [membership] = bas.get("/v1/circle").json()["items"]
    assert set(membership) == {"resident", "me"}
    assert "Cornelis" not in everything(bas)
    assert "Bastiaan" not in everything(cor)


def test_rule_7_another_contact_changes_no_byte(anna: Person, clock):
    bas = make_contact(anna, "Bastiaan")
    clock.move(minutes=1)
    anna.tap()
    alone = everything(bas)
    make_contact(anna, "Cornelis")
    assert everything(bas) == alone


def test_rule_7_a_circle_that_knows_each_other_shows_names_and_no_order(anna: Person):
    make_contact(anna, "Zus", order=1)
    bas = make_contact(anna, "Bastiaan", order=2)
    make_contact(anna, "Cornelis", order=3)
    anna.post("/v1/invitations", json={"name": "Nog niemand"})
    assert anna.get("/v1/me").json()["circle_is_known"] is False
    anna.patch("/v1/me", json={"circle_is_known": True})
    [membership] = bas.get("/v1/circle").json()["items"]
    assert membership["circle"] == ["Cornelis", "Zus"]
    assert "Cornelis, Zus" in bas.get("/kring").text
    anna.patch("/v1/me", json={"circle_is_known": False})
    assert "Cornelis" not in everything(bas), "it ends at the next request"


def test_rule_7_the_setting_stands_on_the_page_of_the_circle(anna: Person):
    bas = make_contact(anna, "Bastiaan")
    make_contact(anna, "Cornelis")
    for data, is_known in (({"is_known": "true"}, True), ({}, False)):
        anna.client.post("/ik/kring/elkaar", data=data, headers=anna.auth | OURS)
        assert ("Cornelis" in bas.get("/kring").text) is is_known


def test_rule_7_an_invitation_says_when_the_circle_knows_each_other(anna: Person):
    code = anna.post("/v1/invitations", json={"name": "Bastiaan"}).json()["code"]
    assert "elkaars naam" not in anna.client.get(f"/u/{code}").text
    anna.patch("/v1/me", json={"circle_is_known": True})
    assert "elkaars naam" in anna.client.get(f"/u/{code}").text
