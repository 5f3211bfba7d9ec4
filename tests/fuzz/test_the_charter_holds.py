"""Whatever people do, in whatever order: what a contact sees is a function of what is granted now."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.channels.log import LogChannel
from app.routes.stream import Place, look
from app.worker import Worker
from tests.fuzz.effort import IS_LONG, effort
from tests.fuzz.lives import MAY_SHOW, ZONE, Giver, Granted, Sign, ids_of
from tests.house import HandClock, make_app, make_client
from tests.people import Person, make_resident
from tests.postgres import emptied

FIRST_HOUR, LAST_HOUR = 9, 21
CREATED, OK, GONE, REFUSED, ABSENT = 201, 200, 204, 401, 404
MOST_CONTACTS, MOST_WINDOWS = 4, 2
LATELY = 4  # of what has ended: so many are asked again after each act


@dataclass(frozen=True)
class Chance:
    """What is left to chance in an act: who, which one, how much, how late, and two ways to do it."""

    giver: int
    pick: int
    detail: str
    minutes: int
    minutes_ago: int
    yes: bool
    also: bool


BEGIN = Chance(giver=0, pick=0, detail="route", minutes=1, minutes_ago=0, yes=False, also=False)
CHANCES = st.builds(
    Chance,
    giver=st.sampled_from([0, 0, 1]),  # two circles, of which one is lived in
    pick=st.integers(0, 59),
    detail=st.sampled_from(["route", "area", "drawing", "sign"]),
    minutes=st.sampled_from([1, 20, 61, 200]),
    minutes_ago=st.sampled_from([0, 5, 60, 26 * 60]),
    yes=st.booleans(),
    also=st.booleans(),
)
# How often each act is tried. One rule for all: Hypothesis itself would leave out most rules in each of its lives.
ACTS = {
    "walk": 4,
    "release": 4,
    "tap": 3,
    "take_back": 2,
    "time_passes": 3,
    "new_contact": 2,
    "confirm": 2,
    "change_detail": 4,
    "keep_quiet": 1,
    "end": 1,
    "renew": 1,
    "open_window": 2,
    "close_window": 1,
    "add_app": 1,
    "revoke_app": 1,
    "move_to_a_new_phone": 1,
    "erase_and_begin_anew": 1,
    "restart": 1,
}


class Lives(RuleBasedStateMachine):
    """Two residents, their contacts and windows, over HTTP, on a database that outlives the app."""

    def __init__(self, new_database: Callable[[], str], folder: Path) -> None:
        super().__init__()
        self.folder, self.url = folder, new_database()
        self.clock = HandClock()
        self.seeds = count()
        self.open()
        self.givers = [self.resident(name) for name in ("Anna", "Dora")]
        self.grants: list[Granted] = []
        self.windows: dict[str, Granted] = {}
        self.ended: dict[str, None] = {}  # in the order of time
        self.places: dict[str, Place | None] = {}
        self.begin()

    def begin(self) -> None:
        """Let every life begin with what matters most: came late, sees less, more again, taken back, a late link."""
        for giver in self.givers:
            self.walk(BEGIN)
            self.release(BEGIN)
            self.clock.move(seconds=1)
            self.invite(giver, "route", is_late=False)
        acts = ["open_window", "walk", "release", "change_detail", "change_detail", "walk", "release", "take_back"]
        acts += ["renew", "confirm", "add_app", "revoke_app"]
        details = iter(["drawing", "route"])
        for act in acts:
            detail = next(details) if act == "change_detail" else ""
            newest = max(len(self.givers[0].signs) - 1, 0)
            pick = newest if act in {"release", "take_back"} else 0
            getattr(self, act)(replace(BEGIN, detail=detail, pick=pick, yes=act == "renew"))
            self.clock.move(seconds=1)
            self.a_contact_sees_what_is_granted_now()

    def open(self) -> None:
        self.app = make_app(self.folder, self.url, clock=self.clock, hold_minutes=30)
        self.client = make_client(self.app)

    def teardown(self) -> None:
        self.app.state.house.close()

    def resident(self, name: str) -> Giver:
        made = make_resident(self.client, name)
        return Giver(made.id, made.token)

    def person(self, whose: Giver | Granted) -> Person:
        return Person(self.client, whose.id, whose.token)

    def one_of(self, found: list[Any], pick: int) -> Any:
        return found[pick % len(found)] if found else None

    def signs(self) -> list[tuple[Giver, Sign]]:
        return [(giver, sign) for giver in self.givers for sign in giver.signs]

    def walks(self) -> list[tuple[Giver, Sign]]:
        return [(giver, sign) for giver, sign in self.signs() if sign.walk_id]

    @rule(act=st.sampled_from([name for name, often in ACTS.items() for _ in range(often)]), by=CHANCES)
    def somebody_acts(self, act: str, by: Chance) -> None:
        needs = NEEDS.get(act, lambda _: True)
        (getattr(self, act) if needs(self) else self.tap)(by)

    # What residents do

    def tap(self, by: Chance) -> None:
        whose = self.givers[by.giver]
        token = next(iter(whose.uploads.values()), whose.token) if by.yes else whose.token
        made = Person(self.client, whose.id, token).tap()
        now = self.clock.now()
        whose.tap(Sign(made["id"], "checkin", happened_at=now, told_at=now))

    def walk(self, by: Chance) -> None:
        whose, ended_at = self.givers[by.giver], self.clock.now() - timedelta(minutes=by.minutes_ago)
        made = self.person(whose).walk(ended_at, points=120, every_s=30.0, seed=next(self.seeds))
        assert made["state"] == "held"
        sign = Sign(made["previews"]["sign"]["id"], "walk", happened_at=ended_at, walk_id=made["id"])
        whose.signs.append(sign)

    def release(self, by: Chance) -> None:
        whose, sign = self.one_of(self.walks(), by.pick)
        answer = self.person(whose).post(f"/v1/walks/{sign.walk_id}/release")
        assert (answer.status_code, answer.json()["walk"]["state"]) == (OK, "released")
        sign.told_at = sign.told_at or self.clock.now()

    def take_back(self, by: Chance) -> None:
        whose, sign = self.one_of(self.signs(), by.pick)
        path = f"/v1/walks/{sign.walk_id}" if sign.walk_id else f"/v1/teken/{sign.id}"
        assert self.person(whose).delete(path).status_code == GONE
        whose.take_back(sign)

    def new_contact(self, by: Chance) -> None:
        self.invite(self.givers[by.giver], by.detail, is_late=by.yes)

    def invite(self, giver: Giver, detail: str, *, is_late: bool) -> None:
        made = self.person(giver).post("/v1/invitations", json={"name": "Bas", "detail": detail}).json()
        if is_late:
            self.wait(timedelta(minutes=16))
        link = made["url"].rsplit("/", 1)[1]
        answer = self.client.post(f"/v1/invitations/{link}/accept").json()
        grant = Granted(answer["contact"]["id"], giver, answer["token"], detail, answer["contact"]["state"])
        assert grant.state == ("waiting" if is_late else "active")
        if not is_late:
            grant.begin(self.clock.now())
        self.grants.append(grant)

    def confirm(self, by: Chance) -> None:
        grant = self.one_of(self.grants, by.pick)
        answer = self.person(grant.giver).post(f"/v1/contacts/{grant.id}/confirm")
        assert (answer.status_code, answer.json()["state"]) == (OK, "active")
        grant.begin(self.clock.now())

    def change_detail(self, by: Chance) -> None:
        grant = self.one_of(self.grants, by.pick)
        assert self.person(grant.giver).patch(f"/v1/contacts/{grant.id}", json={"detail": by.detail}).status_code == OK
        grant.change(self.clock.now(), detail=by.detail)

    def keep_quiet(self, by: Chance) -> None:
        grant = self.one_of(self.grants, by.pick)
        assert self.person(grant.giver).patch(f"/v1/contacts/{grant.id}", json={"quiet": by.yes}).status_code == OK
        grant.change(self.clock.now(), is_quiet=by.yes)
        self.places.pop(grant.token, None)

    def end(self, by: Chance) -> None:
        grant = self.one_of(self.grants, by.pick)
        who = self.person(grant if by.yes else grant.giver)
        path = "/v1/me" if by.yes and by.also else f"/v1/contacts/{grant.id}"
        assert who.delete(path).status_code == GONE
        self.grants.remove(grant)
        self.close(grant)

    def renew(self, by: Chance) -> None:
        grant = self.one_of(self.grants, by.pick)
        made = self.person(grant.giver).post(f"/v1/contacts/{grant.id}/renewals").json()
        if by.yes:
            self.wait(timedelta(minutes=16))
        answer = self.client.post(f"/v1/invitations/{made['url'].rsplit('/', 1)[1]}/accept").json()
        assert answer["contact"]["id"] == grant.id
        self.close(grant)
        grant.token = answer["token"]
        grant.state = "waiting" if by.yes or grant.state == "waiting" else "active"

    def close(self, grant: Granted) -> None:
        """Note that a contact's token has ended, and their windows with it."""
        gone = [token for token, of in self.windows.items() if of is grant]
        self.ended |= dict.fromkeys((grant.token, *gone))
        for token in (grant.token, *gone):
            self.windows.pop(token, None)
            self.places.pop(token, None)

    def open_window(self, by: Chance) -> None:
        grant = self.one_of(self.grants, by.pick)
        self.windows[self.person(grant).post("/v1/displays").json()["token"]] = grant

    def close_window(self, by: Chance) -> None:
        grant = self.one_of(list(self.windows.values()), by.pick)
        who = self.person(grant)
        for window in who.get("/v1/displays").json()["items"]:
            assert who.delete(f"/v1/displays/{window['id']}").status_code == GONE
        self.ended |= {token: None for token, of in self.windows.items() if of is grant}
        self.windows = {token: of for token, of in self.windows.items() if of is not grant}

    def add_app(self, by: Chance) -> None:
        whose = self.givers[by.giver]
        made = self.person(whose).post("/v1/devices", json={"name": "horloge", "kind": "upload"}).json()
        whose.uploads[made["device"]["id"]] = made["token"]

    def revoke_app(self, by: Chance) -> None:
        whose, device = self.one_of([(giver, one) for giver in self.givers for one in giver.uploads], by.pick)
        assert self.person(whose).delete(f"/v1/devices/{device}").status_code == GONE
        self.ended[whose.uploads.pop(device)] = None

    def move_to_a_new_phone(self, by: Chance) -> None:
        whose = self.givers[by.giver]
        old = self.person(whose)
        code = old.post("/v1/pairings").json()["code"]
        new = Person(self.client, whose.id, self.client.post(f"/v1/pairings/{code}/accept").json()["token"])
        ids = {
            device["is_this"]: device["id"]
            for device in new.get("/v1/devices").json()["items"]
            if device["kind"] == "phone"
        }
        assert new.delete(f"/v1/devices/{ids[False]}").status_code == 403, "a new phone changes nothing for a day"
        assert old.post(f"/v1/devices/{ids[True]}/trust").status_code == OK
        assert new.delete(f"/v1/devices/{ids[False]}").status_code == GONE
        self.ended[whose.token] = None
        self.places.pop(whose.token, None)
        whose.token = new.token

    def erase_and_begin_anew(self, by: Chance) -> None:
        whose = self.givers[by.giver]
        assert self.person(whose).delete("/v1/me").status_code == GONE
        for grant in [grant for grant in self.grants if grant.giver is whose]:
            self.grants.remove(grant)
            self.close(grant)
        self.ended |= dict.fromkeys((whose.token, *whose.uploads.values()))
        self.givers[by.giver] = self.resident("Anna")

    # What happens by itself

    def time_passes(self, by: Chance) -> None:
        self.wait(timedelta(days=1) if by.yes else timedelta(minutes=by.minutes))

    def wait(self, gap: timedelta) -> None:
        """Move the clock, past the night: what waits for the morning has tests of its own."""
        local = (self.clock.now() + gap).astimezone(ZONE)
        if not FIRST_HOUR <= local.hour < LAST_HOUR:
            local = (local + timedelta(hours=12)).replace(hour=FIRST_HOUR)
        self.clock.at = local.astimezone(self.clock.at.tzinfo)
        self.keep_time()

    def keep_time(self) -> None:
        """Let the worker release what is due; the model learns when that was, not what it is."""
        while Worker(self.app.state.house, {"log": LogChannel()}).keep_time():
            pass
        for whose, sign in self.walks():
            if sign.told_at is None:
                walk = self.person(whose).get(f"/v1/walks/{sign.walk_id}").json()["walk"]
                is_due = datetime.fromisoformat(walk["release_at"]) <= self.clock.now()
                assert walk["state"] == ("released" if is_due else "held")
                sign.told_at = self.clock.now() if is_due else None

    def restart(self, _: Chance) -> None:
        self.app.state.house.close()
        self.open()

    # What always holds

    @invariant()
    def a_second_passes(self) -> None:
        self.clock.move(seconds=1)

    @invariant()
    def a_contact_sees_what_is_granted_now(self) -> None:
        for grant in self.grants:
            items = self.person(grant).feed()
            signs = grant.sees(self.clock.now())
            assert sorted(item["id"] for item in items) == sorted(sign.id for sign in signs)
            by_id = {sign.id: sign for sign in signs}
            for item in items:
                self.shows_no_more_than(item, grant.detail_of(by_id[item["id"]]), grant)
            for token, of in self.windows.items():
                if of is grant:
                    shown = Person(self.client, "", token).feed()
                    assert shown == [without_place(item) for item in items]
            self.stream_shows_the_same(grant, items)

    def shows_no_more_than(self, item: dict[str, Any], detail: str, grant: Granted) -> None:
        assert set(item) <= MAY_SHOW[detail]
        assert ("drawing_svg" in item) == (detail != "sign")
        assert item["resident"]["id"] == grant.giver.id
        path = f"/v1/teken/{item['id']}/preview"
        assert self.person(grant.giver).get(path, params={"contact_id": grant.id}).json() == item

    def stream_shows_the_same(self, grant: Granted, items: list[Any]) -> None:
        """A page that was open since the last step hears of nothing that the feed does not show, byte for byte."""
        seen = look(self.app.state.house, grant.token, self.places.get(grant.token))
        assert seen
        feed = {item["id"]: item for item in items}
        for event in seen.events:
            if event.teken:
                assert event.teken.model_dump(mode="json", exclude_none=True) == feed[str(event.teken_id)]
            else:
                assert str(event.teken_id) not in feed
        self.places[grant.token] = seen.place

    @invariant()
    def a_token_that_ended_is_nobody(self) -> None:
        for token in list(self.ended)[-LATELY:]:
            answer = self.client.get("/v1/teken", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (REFUSED, "no-token")
            assert look(self.app.state.house, token, None) is None

    @invariant()
    def a_resident_sees_all_that_stands_and_nothing_taken_back(self) -> None:
        for giver in self.givers:
            who = self.person(giver)
            items = who.get("/v1/teken", params={"limit": 100}).json()["items"]
            assert {item["id"] for item in items} == {sign.id for sign in giver.signs if sign.told_at}
            walks = who.get("/v1/walks", params={"limit": 100}).text
            assert not [one for one in giver.taken_back if one in walks]
            for one in list(giver.taken_back)[-LATELY:]:
                assert who.delete(f"/v1/teken/{one}").status_code == ABSENT

    @invariant()
    def nobody_s_ids_reach_a_stranger(self) -> None:
        for grant in self.grants:
            who = self.person(grant)
            bodies = who.get("/v1/teken").text + who.get("/v1/circle").text
            others = ids_of(giver for giver in self.givers if giver is not grant.giver)
            others |= {other.id for other in self.grants if other is not grant}
            assert not [one for one in others | set(grant.giver.taken_back) if one in bodies]
        first, second = (self.person(giver) for giver in self.givers)
        for _, sign in self.walks()[-2:]:
            stranger = second if sign in self.givers[0].signs else first
            theirs, absent = (stranger.get(f"/v1/walks/{one}") for one in (sign.walk_id, uuid4()))
            assert (theirs.status_code, theirs.content) == (ABSENT, absent.content)


NEEDS: dict[str, Callable[[Lives], Any]] = {
    "release": Lives.walks,
    "take_back": Lives.signs,
    "new_contact": lambda lives: len(lives.grants) < MOST_CONTACTS,
    "open_window": lambda lives: lives.grants and len(lives.windows) < MOST_WINDOWS,
    "close_window": lambda lives: lives.windows,
    "revoke_app": lambda lives: any(giver.uploads for giver in lives.givers),
} | dict.fromkeys(("confirm", "change_detail", "keep_quiet", "end", "renew"), lambda lives: lives.grants)


def without_place(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in {"area", "route"}}


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return what makes an empty database for each life."""
    numbers = count()

    def file() -> str:
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / f"life{next(numbers)}.db")
        return f"sqlite:///{path}"

    url = request.getfixturevalue("postgresql_url_of_module") if request.param == "postgresql" else ""
    return (lambda: emptied(url)) if url else file


def test_whatever_people_do_a_contact_sees_what_is_granted_now(new_database: Callable[[], str], tmp_path: Path):
    folders = count()
    steps = 50 if IS_LONG else 10
    run_state_machine_as_test(
        lambda: Lives(new_database, tmp_path / f"house{next(folders)}"),
        settings=effort(2, stateful_step_count=steps),
    )
