"""What docs/landing.md says was tried; `python -m tests.land.formats.tables` writes it."""

from __future__ import annotations

import re

from tests.land.formats.samples import SAMPLES
from tests.warehouses import ROOT

PAGE = ROOT / "docs" / "landing.md"
HEAD = (
    "| format | language | records in | accepted | in quarantine | totals | totals equal |\n"
    + "|---" * 7
    + "|\n"
)


def page(text: str) -> str:
    """The page with the table as it should be."""
    rows = "".join(
        f"| `{one.format}` | {one.language.upper()} | {one.accepted + one.totals} | {one.accepted} | 0 "
        f"| {one.totals} | {'yes' if one.states_sums else 'none stated'} |\n"
        for one in SAMPLES
    )
    made, count = re.subn(
        r"(<!-- tried -->\n).*?(<!-- /tried -->)",
        lambda found: found[1] + HEAD + rows + found[2],
        text,
        flags=re.DOTALL,
    )
    assert count == 1, f"{PAGE} has no place for the table"
    return made


def listed(text: str) -> dict[str, str]:
    """The names in the table of formats, a star for any ending, with their languages."""
    table = text.split("<!-- formats -->")[1].split("<!-- /formats -->")[0]
    names: dict[str, str] = {}
    for line in table.strip().splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names.update(dict.fromkeys(re.findall(r"`([a-z0-9_]+\*?)`", cells[0]), cells[1]))
    return names


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
