"""The dbt project that a file is in: its settings, and the files of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_USUAL: Final = {"macro-paths": ("macros",), "model-paths": ("models",)}


def project_of(folder: Path) -> Path | None:
    """The folder of the project, from one within it."""
    return next((f for f in (folder, *folder.parents) if (f / "dbt_project.yml").is_file()), None)


@lru_cache(maxsize=8)
def settings_of(project: Path) -> Mapping[str, Any]:
    """What dbt_project.yml says; nothing where it can't be read."""
    import yaml

    try:
        found = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return found if isinstance(found, Mapping) else {}


def sql_files(project: Path, kind: str) -> list[Path]:
    """The SQL files of a kind of paths: `macro-paths` or `model-paths`."""
    listed = settings_of(project).get(kind)
    folders = listed if isinstance(listed, list) else _USUAL[kind]
    return sorted(file for name in folders for file in (project / str(name)).rglob("*.sql"))
