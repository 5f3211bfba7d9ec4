"""What a viewer reads has one size, so that who only sees the line cannot tell a picture from words or from nothing."""

from typing import Final

from starlette.responses import Response

# Two signs with everything that can be granted fit, on the page too.
STEP: Final = 16 * 1024


def evened(answer: Response) -> Response:
    """Return the answer, filled up with spaces to whole steps: neither JSON nor HTML minds them at its end."""
    answer.body = bytes(answer.body) + filler(len(answer.body)).encode()
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer


def filler(octets: int) -> str:
    """Return the spaces that are missing to whole steps."""
    return " " * (-octets % STEP)
