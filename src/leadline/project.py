"""What the dbt project around a manifest says about itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from leadline.errors import LeadlineError

DEFAULT_CURRENCY: Final = "EUR"
CURRENCY_VARIABLE: Final = "LEADLINE_CURRENCY"
_FILE: Final = "dbt_project.yml"


def find_project(near: str | Path) -> Path | None:
    """The folder of the dbt project around `near` (a manifest), else the working directory's; or None."""
    for place in (*Path(near).resolve().parents, Path.cwd()):
        if (place / _FILE).is_file():
            return place
    return None


def project_variables(near: str | Path) -> dict[str, Any]:
    """The `vars` of that project; empty where there is no project."""
    import yaml

    folder = find_project(near)
    if folder is None:
        return {}
    try:
        read = yaml.safe_load((folder / _FILE).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise LeadlineError(
            "the dbt project's file is not valid YAML", where=str(folder / _FILE), fix=str(error)
        ) from error
    return dict((read or {}).get("vars") or {})


def reporting_currency(near: str | Path) -> str:
    """The reporting currency: LEADLINE_CURRENCY, else the variable `reporting_currency`, else EUR."""
    chosen = os.environ.get(CURRENCY_VARIABLE)
    return str(chosen or project_variables(near).get("reporting_currency") or DEFAULT_CURRENCY)
