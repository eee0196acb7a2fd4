"""The start of every command: ``kawaraban`` and ``python -m bot``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line, without looking for garbage until the command is imported.

    What an import makes stays, 200,000 objects for a poll: to look through them again and again is a tenth of the
    CPU of a start (measured). ``Commands.get_command`` and ``freeze_startup_objects`` end it.
    """
    gc.disable()
    from bot.cli import main as run_command  # noqa: PLC0415 - see above

    run_command()


if __name__ == "__main__":
    main()
