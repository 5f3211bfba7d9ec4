"""A month as it happens to somebody: a moved clock, the real worker, a real mail server, who had which mail when."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func
from sqlmodel import select

from app.main import create_app
from app.models.outbox import OutboxItem
from app.models.silence import Agreement
from app.worker import Worker
from tests import office
from tests.circles import make_subscription
from tests.house import HandClock, make_client, make_settings
from tests.office import Office
from tests.people import Person, make_contact, make_resident
from tests.silences import HOME, Home, home_of, link_of, local

A_MINUTE = timedelta(minutes=1)
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Month:
    """Anna's month: who got which mail when, without the quiet signs."""

    home: Home
    post: Office
    worker: Worker
    anna: Person
    bas: Person
    read: int = 0

    def until(self, moment: str) -> list[str]:
        """Let time pass, from one thing that is due to the next, and tell which mails came: when, to whom, of what."""
        ends_at = local(moment)
        came = self.at(min(self.home.now + A_MINUTE, ends_at))
        while self.home.now < ends_at:
            due_at = self.next_due(ends_at)
            # The watch must not seem to have stood still when somebody's moment comes.
            came += self.at(max(due_at - A_MINUTE, self.home.now)) + self.at(due_at)
        return came

    def at(self, moment: datetime) -> list[str]:
        self.home.clock.at = moment
        self.worker.run_once()
        return self.arrived()

    def next_due(self, latest: datetime) -> datetime:
        with self.home.house.db.read() as session:
            looks = session.exec(select(Agreement.next_due_at).where(Agreement.next_due_at > self.home.now)).all()
            waits = session.exec(
                select(func.min(OutboxItem.due_at)).where(
                    OutboxItem.state == "waiting", OutboxItem.due_at > self.home.now
                )
            ).all()
        return min([latest, *(moment for moment in [*looks, *waits] if moment)])

    def arrived(self) -> list[str]:
        new = list(zip(self.post.mails, self.post.envelopes, strict=True))[self.read :]
        self.read = len(self.post.mails)
        when = f"{self.home.now.astimezone(HOME):%a %d %H:%M}"
        told = [(to[0].partition("@")[0], mail.get_body(("plain",)).get_content()) for mail, to in new]
        return sorted(
            f"{when} {to}: {text.splitlines()[0]}"
            for to, text in told
            if "Teken van Anna" not in text and not is_sign(text)
        )

    def taps(self, *moments: str) -> None:
        for moment in moments:
            assert self.until(moment) == [], "nobody is asked anything while signs come"
            self.home.tap()

    def answers(self, who: str | None, answer: str) -> None:
        """Tap one answer on the page behind the link of the mail; no cookie is needed."""
        client = self.anna.client
        token = link_of(self.home, who)
        assert client.post(f"/a/{token}", data={"answer": answer}, headers=OWN).status_code == 303


def is_sign(text: str) -> bool:
    """Tell whether a mail is a quiet sign: its title is the name alone."""
    return text.splitlines()[0] in {"Anna", "Els"}


@contextmanager
def month_from(begins: str, data_dir: Path, database_url: str) -> Generator[Month]:
    """Open Anna's month: Bas and Cor in her circle, each of the three with a mail address, calm agreed."""
    app = create_app(make_settings(data_dir, database_url), with_worker=False)
    house = app.state.house
    house.clock = HandClock(local(begins))
    with office.opened() as post:
        anna = make_resident(make_client(app))
        bas, cor = make_contact(anna, "Bas"), make_contact(anna, "Cor")
        home = home_of(house, anna, Bas=bas, Cor=cor)
        make_subscription(house, home.resident, where="anna@post.example")
        home.agree("calm")
        yield Month(home, post, post.worker(house), anna, bas)
    house.close()
