"""How hard the fuzz tries: a little and always the same in `make test`, as much as is asked in `make bench-fuzz`."""

import os

from hypothesis import HealthCheck, Phase, settings

ASKED = int(os.environ.get("FUZZ_EXAMPLES", "0"))
IS_LONG = ASKED > 0


def effort(quick: int, **given) -> settings:
    """Return settings for so many examples in `make test`, or for as many as were asked for."""
    return settings(
        max_examples=ASKED or quick,
        derandomize=not IS_LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if IS_LONG else [Phase.generate],
        **given,
    )
