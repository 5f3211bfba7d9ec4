"""A resident with an agreement and a circle that can be reached, and days that pass as the worker lives them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from app.flows import answers, asking, checkin, circle, due, people, silences, watch
from app.flows.answers import Answer
from app.flows.checkin import Tap
from app.flows.circle import Newcomer
from app.house import House
from app.models.circle import Contact
from app.models.outbox import OutboxItem
from app.models.people import Resident, Viewer
from app.models.silence import Agreement, Question, Silence
from app.worker import Worker
from tests.circles import make_subscription
from tests.house import HandClock
from tests.people import Person, make_contact

HOME = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> datetime:
    """Return a moment on the wall clock of Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=HOME).astimezone(UTC)


@dataclass
class Home:
    """One resident and everybody around them, by name, with a clock to move."""

    house: House
    resident: Resident
    contacts: dict[str, Contact] = field(default_factory=dict)
    kept: Any = None

    @property
    def clock(self) -> HandClock:
        return cast("HandClock", self.house.clock)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def at(self, moment: str) -> "Home":
        """Put the clock at a moment, without anything happening meanwhile."""
        self.clock.at = local(moment)
        return self

    def tap(self, occurred_at: str | None = None) -> None:
        with self.house.db.write() as session:
            tap = Tap(occurred_at=local(occurred_at) if occurred_at else None)
            checkin.share_tap(session, self.resident, tap, self.now)

    def agree(self, kind: str, **terms: Any) -> None:
        with self.house.db.write() as session:
            agreement = session.get_one(Agreement, self.resident.id)
            agreement.kind, agreement.agreed_at = kind, self.now
            for name, value in terms.items():
                setattr(agreement, name, value)
            session.add(agreement)
            session.flush()
            due.set_anew(session, session.get_one(Resident, self.resident.id), self.now)

    def passes(self, until: str, every: timedelta = timedelta(minutes=10)) -> "Home":
        """Let time pass as the worker lives it, up to and with a moment."""
        worker = Worker(self.house, {"email": self.kept, "webhook": self.kept})
        while self.now < local(until):
            self.clock.move(seconds=every.total_seconds())
            worker.run_once()
        return self

    def looks(self, moment: str) -> str:
        """Let the watch look once at a moment, and say what it did."""
        self.at(moment)
        with self.house.db.write() as session:
            return watch.look(session, self.resident.id, self.now, keys=self.house.keys)

    def is_watched(self, hours: int, every: int = 1) -> None:
        """Let hours pass in which only the watch looks, when it has to."""
        for _ in range(0, hours, every):
            self.clock.move(hours=every)
            with self.house.db.write() as session:
                watch.look(session, self.resident.id, self.now, keys=self.house.keys)

    def answers(self, who: str | None, word: str, until: str | None = None) -> Silence:
        with self.house.db.write() as session:
            silence = session.get_one(Silence, self.silence().id)
            contact = self.contacts[who] if who else None
            question = silences.question_for(session, silence, contact)
            answer = Answer(word, local(until) if until else None)
            return answers.give(session, self.house.keys, question, answer, self.now)

    def silence(self) -> Silence | None:
        """Return the newest silence."""
        with self.house.db.read() as session:
            mine = select(Silence).where(Silence.resident_id == self.resident.id)
            return session.exec(mine.order_by(col(Silence.opened_at).desc())).first()

    def asked(self) -> list[str]:
        """Return who was asked, when, as one reads it: "do 09:00 Bas"."""
        names = {contact.id: name for name, contact in self.contacts.items()}
        with self.house.db.read() as session:
            found = session.exec(select(Question).order_by(col(Question.asked_at), col(Question.rung)))
            rows = [
                (one.asked_at, names.get(one.contact_id, "caseworker" if one.member_id else "Anna")) for one in found
            ]
        return [f"{moment.astimezone(HOME):%a %H:%M} {name}" for moment, name in sorted(rows)]

    def items(self, **wanted: Any) -> list[OutboxItem]:
        with self.house.db.read() as session:
            rows = session.exec(select(OutboxItem).order_by(col(OutboxItem.made_at)))
            return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


def make_home(house: House, *names: str, kept: Any = None, time_zone: str = "Europe/Amsterdam") -> Home:
    """Make Anna, and contacts who joined at once and have a mail address that works."""
    now = house.clock.now()
    with house.db.write() as session:
        anna, _ = people.add_resident(session, house.keys, name="Anna", language="nl", time_zone=time_zone, now=now)
    home = Home(house, anna, kept=kept)
    for name in names:
        home.contacts[name] = add_contact(home, name)
    return home


def calm_home(house: House, anna: Person) -> Home:
    """Make Anna's home with Bas, agreed on *Rustig*, after a tap."""
    home = home_of(house, anna, Bas=make_contact(anna, "Bas"))
    home.agree("calm")
    home.tap()
    return home


def add_contact(home: Home, name: str, *, role: str = "contact", **given: Any) -> Contact:
    """Let one more person join, with an address."""
    house, now = home.house, home.now
    with house.db.write() as session:
        invited = circle.invite(
            session, house.keys, home.resident, name=name, role=role, detail="drawing", position=None, now=now
        )
        accepted = circle.accept(session, house.keys, invited.code, Newcomer(), viewer=None, now=now)
        contact = accepted[0]
        for column, value in given.items():
            setattr(contact, column, value)
        session.add(contact)
        session.flush()
        viewer = session.get_one(Viewer, contact.viewer_id)
    make_subscription(house, viewer, where=f"{name.lower()}@post.example")
    home.contacts[name] = contact
    return contact


def home_of(house: House, anna: Person, **circle_of: Person) -> Home:
    """Return the same around people who came in over HTTP: each of the circle with a mail address that works."""
    with house.db.read() as session:
        home = Home(house, session.get_one(Resident, UUID(anna.id)))
        found = {name: session.get_one(Contact, UUID(person.id)) for name, person in circle_of.items()}
        viewers = {name: session.get_one(Viewer, contact.viewer_id) for name, contact in found.items()}
    for name, contact in found.items():
        home.contacts[name] = contact
        make_subscription(house, viewers[name], where=f"{name.lower()}@post.example")
    return home


def falls_silent(home: Home, rungs: int = 3) -> Home:
    """Let a calm agreement begin on Wednesday at nine with a tap, and take the first rungs of Friday.

    Two of them are the resident's own; with the third the first contact is asked, at one o'clock.
    """
    home.at("2027-03-10 09:00")
    home.agree("calm")
    home.tap()
    for moment in ("09:00", "11:00", "13:00", "15:00")[:rungs]:
        home.looks(f"2027-03-12 {moment}")
    return home


def link_of(home: Home, name: str | None) -> str:
    """Return the secret of the link that somebody was sent last (None is the resident)."""
    with home.house.db.read() as session:
        contact = home.contacts[name] if name else None
        question = silences.question_for(session, session.get_one(Silence, home.silence().id), contact)
        return asking.link_token(home.house.keys, question.id)
