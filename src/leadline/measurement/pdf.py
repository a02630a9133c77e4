"""HTML to PDF through Chromium, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from leadline.errors import LeadlineError

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)
_SECONDS: Final = 120


class NoBrowserError(LeadlineError):
    """There is no Chromium on this machine."""


def find_chromium() -> str | None:
    """The program: LEADLINE_CHROMIUM, else the first of the usual names on the path, or None."""
    chosen = os.environ.get("LEADLINE_CHROMIUM")
    return shutil.which(chosen) if chosen else next(filter(None, map(shutil.which, _NAMES)), None)


def write_pdf(html: str, out: Path) -> None:
    """Print a page to a PDF file.

    Raises:
        NoBrowserError: Chromium is not installed.
        LeadlineError: it failed; what it said last is in the message.
    """
    program = find_chromium()
    if program is None:
        raise NoBrowserError(
            "a PDF is printed by Chromium, and there is none here",
            fix="install chromium, name it in LEADLINE_CHROMIUM, or write --format html and print that",
        )
    with tempfile.TemporaryDirectory() as folder:
        page, made = Path(folder) / "plan.html", Path(folder) / "plan.pdf"
        page.write_text(html, encoding="utf-8")
        _run([program, *_FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}", page.as_uri()])
        if not made.is_file():
            raise LeadlineError(
                "Chromium printed nothing", where=program, fix="run it by hand on the HTML file"
            )
        try:
            shutil.copyfile(made, out)
        except OSError as error:
            raise LeadlineError(
                f"the file cannot be written: {error.strerror}",
                where=str(out),
                fix="choose another with --out",
            ) from error


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise LeadlineError(f"Chromium did not finish within {_SECONDS} seconds", where=command[0]) from error
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LeadlineError(f"Chromium failed with status {done.returncode}: {told}", where=command[0])
