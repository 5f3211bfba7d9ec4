"""The console script. The processes that read walks import it too, so it imports nothing by itself."""


def main() -> None:
    """Run a command of `app.cli`."""
    # In here, because a spawned process imports the main script anew: at the top, each of the readers would import the
    # whole service first (4.3 s of CPU instead of 1.0) and the first large walk after a start would wait for it.
    from app.cli import main as run  # noqa: PLC0415

    run()
