"""What several rules need: somewhere for mails and webhooks to arrive."""

from collections.abc import Generator

import pytest

from tests import office
from tests.office import Office


@pytest.fixture
def post() -> Generator[Office]:
    with office.opened() as opened:
        yield opened
