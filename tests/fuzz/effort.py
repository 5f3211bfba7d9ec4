"""How hard the fuzz tries: a little, and the same each time, in `make test`; as much as is asked in `make bench-fuzz`."""

import os

from hypothesis import HealthCheck, Phase, settings

ASKED = int(os.environ.get("FUZZ_EXAMPLES", "0"))
IS_LONG = ASKED > 0


def effort(quick: int, *, share: float = 1.0, **given) -> settings:
    """Return settings for so many examples in `make test`, or for a share of what was asked for."""
    return settings(
        max_examples=max(1, round(ASKED * share)) if IS_LONG else quick,
        derandomize=not IS_LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if IS_LONG else [Phase.generate],
        **given,
    )
