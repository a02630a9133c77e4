"""Rules of a table's columns: those that its YAML describes, their types, no personal data in any text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.check.quality.rule import Rule
from leadline.write.filled import as_text

# What spreadsheets and CRMs put between digits, the two spaces that do not break among them.
_SPACE: Final = r"[ \x{00A0}\x{202F}]"
_ANY: Final = r"[ .()/\x{00A0}\x{202F}-]*"
EMAIL: Final = r"[\p{L}0-9._%+'-]+(?:@|%40)[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)*\.\p{L}{2,}"
# A number of ten digits and more behind a plus, as days are eight; else the forms of countries that have one.
PHONE: Final = "|".join(
    [
        rf"(?:^|[^0-9A-Za-z])\+(?:{_ANY}[0-9]){{10,15}}",
        r"\b0033[1-9][0-9]{8}\b",
        rf"\b00[1-9][0-9]{{0,2}}{_SPACE}(?:{_ANY}[0-9]){{8,12}}\b",
        r"\b0[1-9][0-9]{8}\b",
        *(rf"\b0[1-9](?:{between}[0-9]{{2}}){{4}}\b" for between in (_SPACE, r"\.", "-", "/")),
        r"\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[ -][0-9]{4}\b",
        r"\b07[0-9]{3} [0-9]{6}\b",
    ]
)
_KINDS: Final = {
    "text": ("varchar", "text", "string", "char"),
    "whole number": ("tinyint", "smallint", "integer", "int", "bigint", "hugeint", "ubigint", "uinteger"),
    "number": ("decimal", "numeric", "double", "float", "real", "double precision"),
    "yes or no": ("boolean",),
    "day": ("date",),
    "time": ("timestamp", "timestamp_ns", "timestamp_s", "timestamp_ms"),
}


def column_rules(node: Mapping[str, Any], have: Mapping[str, str]) -> Iterator[Rule]:
    """Contract and personal-data rules of one mart or report.

    Args:
        node: the model in target/manifest.json.
        have: the columns that the database has, with their types.
    """
    yield _described(node)
    yield from _undescribed(node)
    yield from _typed(node)
    yield from _personal(node, have)


def kind_of(data_type: str) -> str | None:
    """What a type holds, however wide or exact: sums widen with the data, and adapters name types apart."""
    bare = data_type.lower().partition("(")[0].strip()
    return next((kind for kind, names in _KINDS.items() if bare in names), None)


def relation_of(node: Mapping[str, Any]) -> str:
    """The schema and table of a node, quoted."""
    return f'{node["schema"]}."{node["alias"]}"'


def primary_of(node: Mapping[str, Any]) -> str | None:
    """The column that names a row: the primary entity, else the first key."""
    for name, column in node["columns"].items():
        if (column.get("entity") or {}).get("type") == "primary":
            return str(name)
    return next((name for name in node["columns"] if name.endswith("_key")), None)


def _has(node: Mapping[str, Any], listed: str) -> str:
    """The columns that the table has, from the database's own list."""
    return (
        f"select {listed} from duckdb_columns() where database_name = current_database() "  # noqa: S608
        f"and schema_name = '{node['schema']}' and table_name = '{node['alias']}'"
    )


def _described(node: Mapping[str, Any]) -> Rule:
    rows = ", ".join(f"({as_text(column)})" for column in node["columns"])
    return Rule(
        id=f"contract.{node['alias']}.columns",
        group="contract",
        severity="critical",
        relation=relation_of(node),
        expected=f"{node['alias']} has the columns that its YAML describes",
        action="bring the column back, or take it out of the model's YAML and of whoever reads it",
        query=f"select missing_column from (values {rows}) as described (missing_column) "  # noqa: S608
        f"where missing_column not in ({_has(node, 'column_name')})",
    )


def _undescribed(node: Mapping[str, Any]) -> Iterator[Rule]:
    rows = ", ".join(as_text(column) for column in node["columns"])
    yield Rule(
        id=f"contract.{node['alias']}.undescribed",
        group="contract",
        severity="warning",
        relation=relation_of(node),
        expected=f"{node['alias']} has no column that its YAML does not describe",
        action="describe the column in the model's YAML, or take it out of the model",
        query=f"{_has(node, 'column_name as undescribed_column')} and column_name not in ({rows})",
    )


def _typed(node: Mapping[str, Any]) -> Iterator[Rule]:
    """One rule for all columns whose YAML says their type; a column that is gone is told by another rule."""
    kinds = {name: kind_of(column.get("data_type") or "") for name, column in node["columns"].items()}
    rows = ", ".join(
        f"({as_text(name)}, {as_text(kind)}, {as_text('|'.join(_KINDS[kind]))})"
        for name, kind in kinds.items()
        if kind
    )
    if rows:
        yield Rule(
            id=f"contract.{node['alias']}.types",
            group="contract",
            severity="critical",
            relation=relation_of(node),
            expected=f"the columns of {node['alias']} have the types that its YAML says",
            action="cast the column in staging as the model's YAML says, or correct the YAML",
            query="select column_name, described as expected_type, lower(data_type) as found_type "  # noqa: S608
            f"from (values {rows}) as listed (column_name, described, allowed) "
            f"inner join ({_has(node, 'column_name, data_type')}) as present using (column_name) "
            "where not list_contains(string_split(allowed, '|'), "
            "regexp_replace(lower(data_type), '\\(.*\\)', ''))",
        )


def _personal(node: Mapping[str, Any], have: Mapping[str, str]) -> Iterator[Rule]:
    """What is found is named by key and column, and not shown: results of checks are kept and sent around."""
    texts = [column for column, kind in have.items() if kind_of(kind) == "text"]
    if texts:
        found = {column: f"regexp_matches(\"{column}\", '{_quoted(EMAIL)}|{PHONE}')" for column in texts}
        key = primary_of(node)
        named = [f"case when {match} then '{column}' end" for column, match in found.items()]
        yield Rule(
            id=f"pii.{node['alias']}",
            group="pii",
            severity="critical",
            relation=relation_of(node),
            expected=f"no e-mail address and no phone number in {node['alias']}",
            action="hash it with hash_pii() in staging, or drop the column; then build again",
            owner="data protection",
            failing=" or ".join(found.values()),
            shown=", ".join(
                [
                    *(
                        [f'case when {found[key]} then null else "{key}" end as "{key}"']
                        if key in found
                        else []
                    ),
                    f"concat_ws(', ', {', '.join(named)}) as found_in",
                ]
            ),
        )


def _quoted(pattern: str) -> str:
    return pattern.replace("'", "''")
