"""A mail server and a webhook on loopback, and the worker that sends to them: real bytes over real connections."""

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller

from app.channels.register import Ways, open_channels
from app.flows.stream import Place
from app.house import House
from app.models.circle import Contact
from app.models.outbox import Subscription
from app.models.people import Viewer
from app.routes.stream import Look, look
from app.worker import Worker
from tests.circles import make_subscription
from tests.people import Person

NAMED = "bas@post.example"


@dataclass
class Office:
    """What arrived, and where it arrives. `mails` are parsed, `posts` are the JSON bodies of webhooks."""

    smtp_url: str
    web_url: str
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)

    def worker(self, house: House) -> Worker:
        """Return the house's worker, with channels that end here."""
        return Worker(house, open_channels(Ways(smtp_url=self.smtp_url, allow_private=True)))


class _Mailbox:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # aiosmtpd's name
        self._office.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self._office.envelopes.append(list(envelope.rcpt_tos))
        return "250 OK"


class _MailServer(Controller):
    """On a port that the system chose; aiosmtpd itself would knock at port 0 to see whether it runs."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # ty: ignore[missing-attribute]  # asyncio's own server
        super()._trigger_server()


def _web(office: Office) -> ThreadingHTTPServer:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            office.posts.append(body)
            answer = json.dumps({"challenge": body.get("challenge")}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format, *args) -> None:  # noqa: A002  # the library's names
            """Write nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Hook)


@contextmanager
def opened() -> Generator[Office]:
    """Keep a mail server and a webhook open for as long as the block lasts."""
    office = Office("", "")
    mail = _MailServer(_Mailbox(office), hostname="127.0.0.1", port=0, loop=asyncio.new_event_loop())
    mail.start()
    web = _web(office)
    thread = Thread(target=web.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    office.smtp_url = f"smtp://127.0.0.1:{mail.port}"
    office.web_url = f"http://127.0.0.1:{web.server_address[1]}/hook"
    try:
        yield office
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
        mail.stop()


def viewer_of(house: House, contact: Person) -> Viewer:
    """Return the row behind a contact's token."""
    with house.db.read() as session:
        return session.get_one(Viewer, session.get_one(Contact, UUID(contact.id)).viewer_id)


def mail_to(house: House, contact: Person, where: str = NAMED, **given: Any) -> Subscription:
    """Give a contact a verified mail address."""
    return make_subscription(house, viewer_of(house, contact), "email", where, **given)


def hook_to(house: House, contact: Person, office: Office) -> Subscription:
    """Give a contact a verified webhook."""
    return make_subscription(house, viewer_of(house, contact), "webhook", office.web_url)


def seen_by(house: House, token: str, place: Place | None) -> Look:
    """Return what the live page of somebody who may look has found since a place."""
    found = look(house, token, place)
    assert found
    return found
