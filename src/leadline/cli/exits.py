"""Exit codes, and the one place where an error becomes a message and a code."""

from __future__ import annotations

import os
import sys
import traceback
from enum import IntEnum

from leadline.errors import LeadlineError, WarehouseError


class Exit(IntEnum):
    """What the shell sees. Documented in docs/cli.md; a test keeps both equal."""

    OK = 0
    NEGATIVE = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERNAL = 4
    CRITICAL = 5


class EnvironmentMissingError(LeadlineError):
    """Something that the command needs is not on this machine: the manifest, the database, dbt's project."""


def report(error: Exception) -> Exit:
    """Print one error to stderr, as people need it, and give its exit code; no traceback unless asked for."""
    if isinstance(error, BrokenPipeError):
        # The reader of our output has gone (`| head`); nothing may be written to it any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    if os.environ.get("LEADLINE_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, LeadlineError):
        print(f"error: {error}", file=sys.stderr)
        missing = isinstance(error, EnvironmentMissingError | WarehouseError)
        return Exit.ENVIRONMENT if missing else Exit.USAGE
    summary = " ".join(str(error).split()) or "no message"
    print(
        f"error: Leadline failed in a way that it should not: {type(error).__name__}: {summary}\n"
        "  what to do: run it again with LEADLINE_DEBUG=1 and report the traceback (see CONTRIBUTING.md)",
        file=sys.stderr,
    )
    return Exit.INTERNAL
