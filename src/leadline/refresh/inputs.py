"""What a build was made from: definitions and code as one digest, and the raw data file by file."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import yaml

import leadline
from leadline.durable import replace_text
from leadline.land.store import ledger
from leadline.land.store.active import Days, active
from leadline.land.store.layout import Layout
from leadline.land.store.parts import day_in

_NAME: Final = "inputs.json"
_ROOTS: Final = ("model-paths", "macro-paths", "seed-paths", "test-paths", "snapshot-paths", "analysis-paths")
_USUAL: Final = {"seed-paths": ["seeds"], "macro-paths": ["macros"], "model-paths": ["models"]}
_INSTALLED: Final = "packages-install-path"
_PLACES: Final = ("LEADLINE_DATABASE", "LEADLINE_STORE")
_ENVIRONMENT: Final = re.compile(r"""env_var\(\s*['"](\w+)""")
_RAW_SEED: Final = re.compile(r"raw_(\w+?)__(\w+)")
_TOOLS: Final = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")

Files = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """`code` is the digest of all that decides what dbt does with the data.

    `raw` names, for each raw table (`ga4.events`), the files that it is read from, by a mark that changes
    with their content, each with the days (ISO) that its rows speak of, or none where that is not known. It
    is None where raw data cannot be told apart from outside, as in a schema of the warehouse.
    """

    code: str
    raw: Mapping[str, Files] | None

    def keep(self, folder: Path) -> None:
        """Write them into a build's folder."""
        replace_text(folder / _NAME, json.dumps(asdict(self), indent=1, sort_keys=True) + "\n")


def kept(folder: Path) -> Inputs | None:
    """What a build was made from; None where that was not written down."""
    try:
        found: dict[str, Any] = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        return Inputs(found["code"], found["raw"])
    except (OSError, ValueError, KeyError):
        return None


def read_inputs(project: Path, variables: Mapping[str, Any]) -> Inputs:
    """What a build of this project with these variables is made from, as it is now.

    Raises:
        StoreError: the ledger of landed files cannot be read.
    """
    described = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8")) or {}
    given = {**(described.get("vars") or {}), **variables}
    sources = _sources(project, described)
    raw_seeds = {path for path in sources if _RAW_SEED.fullmatch(path.stem) and path.suffix == ".csv"}
    code = _code(project, sources - raw_seeds, variables)
    match given.get("raw_from"):
        case "landed":
            store = Layout(
                Path(given.get("raw_store") or os.environ.get("LEADLINE_STORE") or "landing/store")
            )
            return Inputs(code, _landed(store))
        case "files":
            return Inputs(code, _files(project / str(given["raw_path"])))
        case "seeds":
            return Inputs(code, _seeds(raw_seeds))
        case None:
            # Without raw tables of ours: what a model reads past dbt is built each time (see since.py).
            return Inputs(code, {})
        case _:
            return Inputs(code, None)


def _sources(project: Path, described: Mapping[str, Any]) -> set[Path]:
    """Every file that dbt reads of a project, packages among them."""
    listed = [described.get(root) or _USUAL.get(root, []) for root in _ROOTS]
    folders = {name for names in listed for name in names} | {described.get(_INSTALLED) or "dbt_packages"}
    found = {path for name in folders for path in (project / name).rglob("*") if path.is_file()}
    return found | {path for path in project.glob("*.yml") if path.is_file()}


def _code(project: Path, sources: Iterable[Path], variables: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(variables, sort_keys=True, default=str).encode())
    digest.update(" ".join(f"{tool} {version(tool)}" for tool in _TOOLS).encode())
    for path in sorted(Path(leadline.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    named: set[str] = set()
    for path in sorted(sources):
        content = path.read_bytes()
        named |= set(_ENVIRONMENT.findall(content.decode("utf-8", "replace")))
        digest.update(f"{path.relative_to(project)} {hashlib.sha256(content).hexdigest()}".encode())
    for name in sorted(named.difference(_PLACES)):
        digest.update(f"{name}={os.environ.get(name)}".encode())
    return digest.hexdigest()


def _landed(layout: Layout) -> dict[str, dict[str, list[str]]]:
    """Parts never change, so that a part's name stands for its rows of a day."""
    known = ledger.read(layout.current())
    renamed = hashlib.sha256(json.dumps(sorted(known.aliases.items())).encode()).hexdigest()[:8]
    found: dict[str, dict[str, list[str]]] = {}
    for piece in active(known.parts()):
        if isinstance(piece, Days):
            days = sorted({day_in(unit) for unit in piece.units or piece.part.units})
            table = found.setdefault(f"{piece.part.source}.{piece.part.table}", {})
            table[f"{piece.part.name} {renamed}"] = days
        else:
            last = piece.parts[-1]
            found.setdefault(f"{last.source}.{last.table}", {})[piece.place(known.aliases)] = []
    return found


def _files(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Files under `<source>/`; one that is written again counts as changed."""
    return dict(_by_table((path.relative_to(folder).parts, path) for path in sorted(folder.rglob("*.*"))))


def _by_table(found: Iterable[tuple[tuple[str, ...], Path]]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    tables: dict[str, dict[str, list[str]]] = {}
    for parts, path in found:
        if len(parts) > 1 and path.is_file():
            stat = path.stat()
            mark = f"{'/'.join(parts)} {stat.st_size} {stat.st_mtime_ns}"
            tables.setdefault(f"{parts[0]}.*", {})[mark] = []
    yield from tables.items()


def _seeds(paths: Iterable[Path]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(paths):
        match = _RAW_SEED.fullmatch(path.stem)
        if match:
            mark = hashlib.sha256(path.read_bytes()).hexdigest()
            found[f"{match[1]}.{match[2]}"] = {mark: []}
    return found
