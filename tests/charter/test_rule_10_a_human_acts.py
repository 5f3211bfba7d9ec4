"""Charter 10: who starts reads that this is no emergency service, and whom to call; the operator may say it better."""

import pytest

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
