"""What could tell a place without showing it: each channel with its test, here or where it already stands."""

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.house import HandClock
from tests.office import hook_to
from tests.people import Person, make_contact

TESTS = Path(__file__).parents[1]
STANDS_ELSEWHERE = {
    "time of release against time of walk": "trust/test_rule_10_no_time_no_order.py::test_rule_10_a_walk_goes_out_at_"
    "a_uniform_moment_after_the_hold",
    "the hold counts from the end": "charter/test_rule_6_no_pull.py::test_rule_6_no_pull_the_hold_counts_from_the_end_"
    "and_is_random",
    "order of signs": "trust/test_rule_10_no_time_no_order.py::test_rule_10_shifting_a_sign_inside_its_part_changes_"
    "no_byte",
    "number of signs": "trust/test_rule_9_one_tap_a_day.py",
    "ids": "trust/test_rule_10_no_time_no_order.py::test_rule_10_ids_are_random",
    "event ids": "test_stream.py::test_event_ids_are_opaque_and_say_nothing_of_order_or_number",
    "comments of an open stream": "test_stream.py::test_comments_keep_their_own_time_whatever_happens_that_is_not_for_"
    "this_page",
    "the preview": "routes/test_walks.py::test_each_preview_is_what_a_contact_with_that_detail_gets",
    "somebody else's preview": "routes/test_teken.py::test_there_is_no_preview_of_or_for_what_is_not_yours",
    "error texts": "routes/test_problems.py::test_a_problem_has_four_members_and_echoes_nothing",
    "unexpected errors": "trust/test_rule_24_logs_without_secrets.py::test_rule_24_an_unexpected_error_leaves_its_"
    "class_only",
    "a contact's export": "routes/test_mine.py::test_rule_22_a_contact_takes_along_what_is_their_own_and_nothing_of_"
    "the_resident",
    "logs": "trust/test_rule_24_logs_without_secrets.py::test_rule_24_the_log_of_a_real_server_holds_templates_and_"
    "no_secret",
    "labels of metrics": "trust/test_rule_24_logs_without_secrets.py::test_rule_24_labels_are_templates_and_never_ids",
    "HTTP caches": "routes/test_problems.py::test_every_answer_says_the_version_and_is_kept_by_nobody",
    "requests to others": "pages/test_every_page.py::test_nothing_is_in_it_that_does_not_belong",
    "mail and webhook": "test_ways_out.py::test_words_leave_and_in_mail_the_drawing_and_never_a_place",
    "the whole walk behind a place": "trust/test_rule_11_one_form_of_a_walk.py::test_rule_11_with_a_place_the_whole_"
    "walk_changes_nothing",
    "walks inside discs": "phatic/test_blur_properties.py::test_two_walks_that_differ_only_inside_discs_give_the_same_"
    "bytes",
}
NEAR, FAR = {"points": 200, "every_s": 7.0}, {"points": 500, "every_s": 12.0, "shape": "there-and-back"}


@pytest.mark.parametrize("channel", STANDS_ELSEWHERE)
def test_the_test_of_each_channel_is_where_this_file_says(channel: str):
    name, _, test = STANDS_ELSEWHERE[channel].partition("::")
    text = next(path for path in TESTS.rglob("*.py") if str(path.relative_to(TESTS)) == name).read_text()
    assert re.search(rf"def {test}\b", text) if test else "def test_" in text


def told_of(anna: Person, viewer: Person, clock: HandClock, **how) -> bytes:
    """The answer in which a contact reads of one walk; the walk is gone afterwards."""
    walk = anna.walk(clock.now(), **how)
    answer = viewer.get("/v1/teken")
    assert len(answer.json()["items"]) == 1
    anna.delete(f"/v1/walks/{walk['id']}")
    return answer.content


def test_with_words_only_each_walk_is_as_many_bytes(anna: Person, clock: HandClock):
    bas = make_contact(anna, detail="sign")
    clock.move(minutes=1)
    assert len({len(told_of(anna, bas, clock, seed=seed, **how)) for seed in range(2) for how in (NEAR, FAR)}) == 1


def test_at_every_detail_and_without_any_sign_a_viewer_reads_as_many_bytes(anna: Person, clock: HandClock):
    sizes = set()
    for detail in ("sign", "drawing", "area", "route"):
        viewer = make_contact(anna, detail.title(), detail=detail)
        clock.move(minutes=1)
        for how in (None, NEAR, FAR):
            walk = how and anna.walk(clock.now(), **how)
            answers = [viewer.get(path) for path in ("/v1/teken", "/kring", "/kring?venster")]
            assert {answer.status_code for answer in answers} == {200}
            sizes |= {len(answer.content) for answer in answers}
            assert sizes == {int(answer.headers["Content-Length"]) for answer in answers}
            if walk:
                anna.delete(f"/v1/walks/{walk['id']}")
    assert sizes == {16 * 1024}


def test_what_is_pushed_has_the_same_size_for_every_walk(app: FastAPI, anna: Person, clock: HandClock, post):
    house, sizes = app.state.house, set()
    bas = make_contact(anna, detail="route")
    hook_to(house, bas, post)
    clock.move(minutes=1)
    worker = post.worker(house)
    for number, how in enumerate((NEAR, FAR, FAR)):
        walk = anna.walk(clock.now(), seed=number, **how)
        worker.run_once()
        sizes.add(len(str(post.posts[-1])) - sum(len(post.posts[-1][said]) for said in ("words", "when_words")))
        anna.delete(f"/v1/walks/{walk['id']}")
        clock.move(days=1)
    assert len(post.posts) >= 2
    assert len(sizes) == 1, "what differs is a sentence that the contact reads"


def test_no_answer_has_a_tag_or_a_date_to_ask_again_with(anna: Person, bas: Person, clock: HandClock):
    clock.move(minutes=1)
    anna.walk(clock.now())
    for path in ("/v1/teken", "/v1/me", "/kring"):
        first = bas.get(path)
        assert not {"etag", "last-modified", "age", "expires"} & {name.lower() for name in first.headers}
        again = bas.get(path, headers={"If-None-Match": "*", "If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"})
        assert (again.status_code, len(again.content)) == (first.status_code, len(first.content))


def test_what_is_not_yours_answers_as_what_is_not_there(anna: Person, dora: Person, clock: HandClock):
    walk = anna.walk(clock.now())
    for method, path in (("GET", "/v1/walks/{}"), ("DELETE", "/v1/walks/{}"), ("POST", "/v1/walks/{}/release")):
        theirs, none = (
            dora.client.request(method, path.format(one), headers=dora.auth) for one in (walk["id"], uuid4())
        )
        assert (theirs.status_code, theirs.json()["code"]) == (none.status_code, none.json()["code"])
        assert len(theirs.content) == len(none.content)


def test_a_page_may_ask_nobody_else(client: TestClient):
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert not re.search(r"https?://|\*", policy), "no map, no font and no picture from elsewhere"


def test_at_route_an_answer_differs_by_the_picture_and_its_words_alone(anna: Person, clock: HandClock):
    bas = make_contact(anna, detail="route")
    clock.move(minutes=1)
    sizes, pictures = set(), set()
    for number, how in enumerate((NEAR, FAR, NEAR)):
        (told,) = json.loads(told_of(anna, bas, clock, seed=number, **how))["items"]
        pictures.add(json.dumps([told.pop(said, None) for said in ("area", "route", "drawing_svg")]))
        del told["words"], told["when_words"]
        sizes.add(len(json.dumps(told)))
    assert len(pictures) > 1
    assert len(sizes) == 1
