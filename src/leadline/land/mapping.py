"""Exports that a user teaches: `landing/<name>.yml` as formats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, get_args

from leadline.errors import RequestError, nearest
from leadline.land.format import Column, Footer, Format, Kind, Target

SCHEMA: Final = "landing.schema.json"
FOLDER: Final = "landing"

Contract = Mapping[str, frozenset[str]]


def read_mappings(folder: Path, formats: Sequence[Format], contract: Contract) -> tuple[Format, ...]:
    """The formats of the mapping files in a folder; none where there is no such folder.

    Args:
        formats: the known ones, for mappings that are `like` one of them.
        contract: the columns of each raw table by `source.table`; nothing is checked where it is empty.

    Raises:
        RequestError: a file is not as the schema says, or names a format, table or column that is not there.
    """
    paths = sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]) if folder.is_dir() else []
    found: list[Format] = []
    for path in paths:
        one = read_mapping(path, formats, contract)
        if one.name in {other.name for other in (*formats, *found)}:
            raise RequestError(
                f"two formats are called {one.name!r}", where=str(path), fix="give it another `name`"
            )
        found.append(one)
    return tuple(found)


def read_mapping(path: Path, formats: Sequence[Format], contract: Contract) -> Format:
    """The format of one mapping file. Raises RequestError as read_mappings does."""
    import yaml

    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise RequestError("the mapping cannot be read", where=str(path), fix=said) from error
    _check_shape(read, path)
    name = str(read.get("name") or path.stem)
    made = _like(read, name, path, formats) if "like" in read else _own(read, name)
    _check_targets(made, contract, path)
    return made


def _check_shape(read: Any, path: Path) -> None:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import best_match

    text = (files("leadline") / "schemas" / SCHEMA).read_text(encoding="utf-8")
    checker = Draft202012Validator(json.loads(text), format_checker=FormatChecker(["regex"]))
    worst = best_match(checker.iter_errors(read))
    if worst is None:
        return
    place = worst.json_path.removeprefix("$").removeprefix(".")
    known = worst.schema.get("enum") or list(worst.schema.get("properties", {}))
    given = str(worst.instance) if worst.validator == "enum" else ""
    if worst.validator == "additionalProperties":
        given = next((key for key in worst.instance if key not in known), "")
    raise RequestError(
        f"the mapping is not as its schema says: {worst.message}",
        where=f"{path}: {place}" if place else str(path),
        nearest=nearest(given, [str(one) for one in known]) if given else (),
        fix="see docs/landing.md, or begin with what `leadline land --learn FILE` proposes",
    )


def _like(read: Mapping[str, Any], name: str, path: Path, formats: Sequence[Format]) -> Format:
    """A known format with further headers."""
    base = next((one for one in formats if one.name == read["like"]), None)
    if base is None:
        raise RequestError(
            f"no export format is called {read['like']!r}",
            where=f"{path}: like",
            nearest=nearest(read["like"], [one.name for one in formats]),
            fix="`leadline land --formats` lists the known ones",
        )
    names = [column.name for column in base.columns]
    for column in read["headers"]:
        if column not in names:
            raise RequestError(
                f"the format {base.name} has no column {column!r}",
                where=f"{path}: headers",
                nearest=nearest(column, names),
                fix=f"its columns are {', '.join(names)}",
            )
    taken = {header for texts in read["headers"].values() for header in _texts(texts)}
    columns = tuple(_with(column, read["headers"].get(column.name), taken) for column in base.columns)
    return replace(
        base,
        name=name,
        title=str(read.get("title") or base.title),
        columns=columns,
        footers=(*base.footers, *_footers(read)),
        preamble=(*base.preamble, *read.get("preamble", ())),
        file_names=(*base.file_names, *read.get("file_names", ())),
        needs=tuple(read.get("needs", base.needs)),
    )


def _with(column: Column, own: Any, taken: set[str]) -> Column:
    """A column with its own headers first; headers that the mapping gives to another are no longer its."""
    headers = tuple(header for header in column.headers if header not in taken)
    return replace(column, headers=(*_texts(own), *headers)) if own else replace(column, headers=headers)


def _own(read: Mapping[str, Any], name: str) -> Format:
    columns = tuple(_column(key, given) for key, given in read["columns"].items())
    required = tuple(column.name for column in columns if column.required)
    return Format(
        name=name,
        title=str(read.get("title") or name.replace("_", " ")),
        source=str(read["into"][0]["table"]).partition(".")[0],
        columns=columns,
        targets=tuple(_target(entry) for entry in read["into"]),
        signature=required or tuple(column.name for column in columns),
        languages=tuple(read.get("languages", ("en",))),
        grain=read.get("grain", "day"),
        footers=_footers(read),
        preamble=tuple(read.get("preamble", ())),
        file_names=tuple(read.get("file_names", ())),
        needs=tuple(read.get("needs", ())),
    )


def _column(name: str, given: Any) -> Column:
    if not isinstance(given, dict):
        return Column(name, _texts(given))
    kind: Kind = given.get("kind", "text")
    return Column(name, _texts(given["header"]), kind, bool(given.get("required", False)))


def _target(entry: Mapping[str, Any]) -> Target:
    source, _, table = str(entry["table"]).partition(".")
    return Target(
        source=source,
        table=table,
        columns={column: str(expression) for column, expression in entry["columns"].items()},
        day=entry.get("day"),
        key=tuple(entry.get("key", ())),
        where=entry.get("where"),
        distinct=bool(entry.get("distinct", False)),
        account=entry.get("account"),
        scope=tuple(entry.get("scope", ())),
    )


def _footers(read: Mapping[str, Any]) -> tuple[Footer, ...]:
    return tuple(Footer(pattern) for pattern in read.get("totals", ()))


def _texts(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def _check_targets(made: Format, contract: Contract, path: Path) -> None:
    for target in made.targets:
        table = f"{target.source}.{target.table}"
        if contract and table not in contract:
            raise RequestError(
                f"there is no raw table {table}",
                where=f"{path}: into",
                nearest=nearest(table, contract),
                fix="raw tables are declared in models/staging/<source>/_<source>__sources.yml",
            )
        used = [*target.columns, *target.key, *target.scope, *(n for n in (target.day, target.account) if n)]
        _check_columns(used, contract.get(table), target.columns, table, path)


def _check_columns(
    used: Iterable[str],
    known: frozenset[str] | None,
    filled: Mapping[str, str],
    table: str,
    path: Path,
) -> None:
    for column in used:
        if known is not None and column not in known:
            raise RequestError(
                f"the raw table {table} has no column {column!r}",
                where=f"{path}: into",
                nearest=nearest(column, known),
                fix=f"its columns are {', '.join(sorted(known))}",
            )
        if column not in filled:
            raise RequestError(
                f"day, key, account and scope name columns that are filled, and {column!r} is not",
                where=f"{path}: into",
                nearest=nearest(column, filled),
                fix="add it under `columns`",
            )


def raw_contract(project: Path | None) -> dict[str, frozenset[str]]:
    """The columns of each raw table by `source.table`; empty where there is no project."""
    from leadline.write.raw_seeds import contract_tables

    if project is None:
        return {}
    return {
        f"{source}.{table['name']}": frozenset(column["name"] for column in table["columns"])
        for source, table in contract_tables(project / "models" / "staging")
    }


KINDS: Final[tuple[str, ...]] = get_args(Kind)
