"""Real receivers on loopback: a mail server, a web server with and without TLS, and a name server in a dictionary."""

import datetime as dt
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.channels.base import Kind, Message

NOW = dt.datetime(2026, 11, 22, 11, 3, 5, tzinfo=dt.UTC)
ID = UUID("6f1c1d5e-3a9b-4f0e-9a55-0a3c6a7e1b11")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
TOLD = {
    "id": str(ID),
    "kind": "walk",
    "words": "gewandeld",
    "when_words": "vanmiddag",
    "resident": {"id": "0e4f4d9c-0000-4000-8000-000000000001", "name": "Mama Café"},
}


USUAL = Message(
    id=ID,
    kind=Kind.TEKEN,
    subject="Mama Café, vanmiddag",
    text="Mama Café\n\nVanmiddag gewandeld\n",
    sent_at=NOW,
    data=TOLD,
)


def make_message(**changed) -> Message:
    return replace(USUAL, **changed)


@dataclass
class Mailbox:
    """An aiosmtpd handler that keeps what it takes and refuses whom it is told to."""

    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    refuse: str | None = None
    refuse_data: str | None = None
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.refuse_data:
            return self.refuse_data
        self.raw.append(envelope.content)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"geheim/@", handled=False)


class MailServer(Controller):
    """On a port the system chose; aiosmtpd itself would knock at port 0 to see whether it runs."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # ty: ignore[missing-attribute] - asyncio's own server
        super()._trigger_server()


def start_mail(mailbox: Mailbox, **options) -> MailServer:
    controller = MailServer(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    return controller


@dataclass
class Said:
    """One request as the web server got it."""

    path: str
    headers: dict[str, str]
    body: bytes


class Web(ThreadingHTTPServer):
    """Answers every POST with `answer(said) -> (status, headers, body)` and keeps what was said."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.said: list[Said] = []
        self.server_names: list[str | None] = []
        self.answer: Callable[[Said], tuple[int, dict[str, str], bytes]] = lambda _said: (204, {}, b"")
        self.drip: bytes | None = None
        self.scheme = "https" if tls else "http"
        if tls:
            tls.sni_callback = lambda _sock, name, _context: self.server_names.append(name)
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address) -> None:
        """Stay quiet when a client hangs up: that is what several tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Web  # ty: ignore[incompatible-mutable-override] - only a Web makes this handler

    def do_POST(self) -> None:
        said = Said(self.path, dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"])))
        self.server.said.append(said)
        if self.server.drip is not None:
            for byte in self.server.drip:
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)
            return
        status, headers, body = self.server.answer(said)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args) -> None:  # noqa: A002 - the library's names
        """Write nothing."""


def echo(said: Said) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps({"challenge": json.loads(said.body).get("challenge")}).encode()


def make_tls(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make (server, client) contexts for a certificate of these names; the client trusts nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    alternatives = [x509.DNSName(n) for n in names] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cadata=pem.decode())
