"""The answers to a question about a silence: behind the link of a mail, and from somebody's own page.

A GET shows and changes nothing, so that a mail scanner that opens a link answers nothing; a POST acts.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Response
from sqlmodel import Session

from app import access
from app.access import Caller
from app.auth import Keys
from app.errors import Conflict, Unreadable
from app.flows import answers, episodes, silences
from app.flows.answers import Answer
from app.flows.episodes import Asked
from app.flows.ladder_letters import question_lines
from app.models.addresses import Day
from app.models.people import Resident
from app.phatic.when import at_clock
from app.phatic.wording import say
from app.routes.deps import CurrentResident, KeysDep, NowDep, ReadDep, SettingsDep, WriteDep, caller_of
from app.routes.pages.doors import OwnPages, Said, go, rescue
from app.routes.pages.render import page
from app.settings import Settings

router = APIRouter(include_in_schema=False)
Secret = Annotated[str, Path(max_length=64)]
Word = Annotated[str, Form(max_length=20)]
Until = Annotated[Day | None, Form()]
AsResident = Annotated[Caller, Depends(caller_of("resident"))]
AsContact = Annotated[Caller, Depends(caller_of("contact"))]
# What ends with the answer, and what can be answered on.
LAST_WORDS: Final = {"fine", "rest", "away", "not_now"}
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class View:
    """What one page of a question is made of: the question, where it stands, and what was just answered."""

    asked: Asked
    settings: Settings
    now: datetime
    where: str
    said: str | None = None
    way_out: str | None = None


@router.get("/a/{token}")
def show(token: Secret, session: ReadDep, keys: KeysDep, settings: SettingsDep, now: NowDep, said: Said) -> Response:
    """Show a question and its answers; the link belongs to one person and one silence, and ends with it."""
    asked = episodes.asked_by_link(session, keys, token)
    return asked_page(session, View(asked, settings, now, f"/a/{token}", said))


@router.post("/a/{token}", dependencies=[OwnPages])
def act(
    token: Secret,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    answer: Word,
    until: Until = None,
) -> Response:
    """Take the answer of whoever holds the link; no cookie is needed."""
    asked = episodes.asked_by_link(session, keys, token)
    given = _answer(asked.reader.resident, answer, until)
    return answered(session, keys, View(asked, settings, now, f"/a/{token}"), given)


@router.get("/ik/vraag")
def show_own(resident: CurrentResident, session: ReadDep, settings: SettingsDep, now: NowDep, said: Said) -> Response:
    """Show the resident what came of their answer."""
    asked = episodes.newest_of(session, resident)
    return asked_page(session, View(asked, settings, now, "/ik/vraag", said, "/ik"))


@router.post("/ik/vraag", dependencies=[OwnPages])
def act_own(
    resident: CurrentResident,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    answer: Word,
    until: Until = None,
) -> Response:
    """Take an answer on the resident's own page."""
    asked = episodes.newest_of(session, resident)
    view = View(asked, settings, now, "/ik/vraag", way_out="/ik")
    return answered(session, keys, view, _answer(resident, answer, until))


@router.get("/kring/vraag/{episode_id}")
def show_of_circle(
    episode_id: UUID, caller: AsContact, session: ReadDep, settings: SettingsDep, now: NowDep, said: Said
) -> Response:
    """Show a contact what came of their answer."""
    asked = episodes.asked_of(session, access.question_of(session, caller, episode_id))
    return asked_page(session, View(asked, settings, now, f"/kring/vraag/{episode_id}", said, "/kring"))


@router.post("/kring/vraag", dependencies=[OwnPages])
def act_of_circle(
    caller: AsContact,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    answer: Word,
    episode_id: Annotated[UUID, Form()],
) -> Response:
    """Take an answer on a contact's own page."""
    asked = episodes.asked_of(session, access.question_of(session, caller, episode_id))
    view = View(asked, settings, now, f"/kring/vraag/{episode_id}", way_out="/kring")
    return answered(session, keys, view, Answer(answer))


def answered(session: Session, keys: Keys, view: View, answer: Answer) -> Response:
    """Take one answer, and go on to what came of it."""
    if view.asked.is_over:
        return asked_page(session, view)
    try:
        with session.begin_nested():
            answers.give(session, keys, view.asked.question, answer, view.now)
    except Unreadable:
        return asked_page(session, view, wrong="answer.away.wrong")
    except Conflict as refused:
        return go(f"{view.where}?gezegd={'taken' if refused.code == 'already-done' else 'over'}")
    return go(f"{view.where}?gezegd={answer.word}")


def _answer(resident: Resident, word: str, until: date | None) -> Answer:
    """Return the answer; away "until and including" a day lasts to the end of that day where the resident lives."""
    ends_at = at_clock(until + timedelta(days=1), time(0), resident.time_zone) if until else None
    return Answer(word, ends_at)


def asked_page(session: Session, view: View, *, wrong: str | None = None) -> Response:
    """Show a question, or what came of the answer, or that it is over."""
    asked, language = view.asked, view.asked.reader.language
    is_done = asked.is_over or view.said in LAST_WORDS
    title, lines = _words(session, asked, view.said, view.now)
    return page(
        language,
        "asked.html",
        422 if wrong else GONE if asked.is_over and not view.said else 200,
        title=title,
        lines=lines,
        episode=None if is_done else episodes.shaped(session, asked.silence, asked.reader, view.now),
        action="/kring/vraag" if asked.reader.contact and view.way_out else view.where,
        wrong=wrong,
        way_out=view.way_out,
        is_called=view.said == "call_me" and not asked.is_over,
        rescue=rescue(view.settings, language),
    )


def _words(session: Session, asked: Asked, said: str | None, now: datetime) -> tuple[str, list[str]]:
    language = asked.reader.language
    if said == "call_me" and asked.is_over:
        said = None  # whom it named is nobody's to read any more
    if said == "call_me" and asked.reader.contact is None:
        return _who_was_called(session, asked, language)
    if said in (episodes.CIRCLE_ANSWERS if asked.reader.contact else episodes.OWN_ANSWERS):
        return say(language, f"answer.done.{said}"), [say(language, f"answer.done.{said}.what")]
    if said == "taken":
        return say(language, "answer.done.not_now"), [say(language, "answer.taken")]
    if asked.is_over:
        own = "answer.over.what" if asked.reader.contact else "answer.over.own"
        return say(language, "answer.over"), [say(language, own)]
    part = episodes.part_of(asked, now)
    key = "asking.contact.title" if asked.reader.contact else "asking.resident.title"
    return say(language, key, name=part.about), list(question_lines(part, language))


def _who_was_called(session: Session, asked: Asked, language: str) -> tuple[str, list[str]]:
    """Name who was asked and when they may see it: at once, whatever their quiet hours (`trust.md` 28)."""
    called = silences.called(session, asked.silence)
    if called is None:
        words = say(language, "answer.done.call_me.nobody.what")
        return say(language, "answer.done.call_me.nobody"), [words]
    return say(language, "answer.done.call_me"), [say(language, "answer.done.call_me.now", name=called.name)]
