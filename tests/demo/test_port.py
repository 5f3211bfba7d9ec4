"""Where the demo listens: a port of choice, and one clear line when it is taken."""

import socket

import pytest
import typer

from app.cli import listening
from app.serving import spoken


def test_a_free_port_is_taken():
    with listening("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_taken_port_says_what_to_do(capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(typer.Exit) as refused:
            listening("127.0.0.1", port)
    assert refused.value.exit_code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert f"Port {port} is in use" in line
    assert f"TEKEN_PORT={port + 1} make run" in line


@pytest.mark.parametrize(
    ("host", "as_link"),
    [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")],  # noqa: S104  # to print
)
def test_links_name_a_host_that_can_be_opened(host: str, as_link: str):
    assert spoken(host) == as_link
