"""Receivers that live as long as one test; no other host is ever spoken to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels import receivers


@pytest.fixture
def mailbox() -> receivers.Mailbox:
    return receivers.Mailbox()


@pytest.fixture
def mail_port(mailbox) -> Iterator[int]:
    controller = receivers.start_mail(mailbox)
    yield controller.port
    controller.stop()


@pytest.fixture
def web() -> Iterator[receivers.Web]:
    server = receivers.Web()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def tls_contexts(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("tls")
    return receivers.make_tls(folder, "kring.example")


@pytest.fixture
def secure_web(tls_contexts) -> Iterator[receivers.Web]:
    server = receivers.Web(tls_contexts[0])
    yield server
    server.shutdown()
    server.server_close()
