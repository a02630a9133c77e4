"""One run of all checks: rules gathered, measured, validated, and kept as results and as rows."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from leadline import warehouse
from leadline.check.quality.consistency import consistency_rules
from leadline.check.quality.measure import SAMPLE, measure
from leadline.check.quality.own import own_audits, own_rules, own_suites
from leadline.check.quality.rule import GROUPS, SEVERITIES, Checked, Rule
from leadline.check.quality.suite import SUITE, validate, validate_own
from leadline.errors import RequestError, nearest
from leadline.write.rules_of_footers import footer_rules
from leadline.write.rules_of_history import history_rules
from leadline.write.rules_of_metrics import metric_rules, report_rules
from leadline.write.rules_of_models import SCHEMAS, model_rules
from leadline.write.rules_of_plan import plan_rules
from leadline.write.rules_of_tests import data_test_rules

if TYPE_CHECKING:
    from leadline.layer import Layer
    from leadline.measurement.model import Plan

RESULTS: Final = "check_results"
OWN: Final = "own"
SCHEMA: Final = pa.schema(
    [
        ("run_at", pa.timestamp("s")),
        ("check_id", pa.string()),
        ("check_group", pa.string()),
        ("severity", pa.string()),
        ("status", pa.string()),
        ("relation", pa.string()),
        ("expected", pa.string()),
        ("rows_failing", pa.int64()),
        ("rows_checked", pa.int64()),
        ("sample", pa.string()),
        ("error", pa.string()),
        ("owner", pa.string()),
        ("action", pa.string()),
        ("version", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Run:
    """What all checks found; `suites` are the result objects of Great Expectations, ours first."""

    at: dt.datetime
    checked: tuple[Checked, ...]
    suites: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def failed(self) -> tuple[Checked, ...]:
        """What does not hold, the gravest first; of these, what could not be measured last."""
        wrong = [c for c in self.checked if not c.passed]
        return tuple(
            sorted(
                wrong,
                key=lambda c: (
                    SEVERITIES.index(c.rule.severity),
                    bool(c.error),
                    GROUPS.index(c.rule.group),
                    c.rule.id,
                ),
            )
        )

    def told(self) -> tuple[tuple[Checked, ...], ...]:
        """What does not hold; what could not be measured for one reason stands together."""
        found: dict[tuple[object, ...], list[Checked]] = {}
        for one in self.failed:
            by = (one.rule.severity, one.error) if one.error else (one.rule.id,)
            found.setdefault(by, []).append(one)
        return tuple(tuple(together) for together in found.values())

    def of(self, severity: str) -> tuple[Checked, ...]:
        """What does not hold, of one severity."""
        return tuple(c for c in self.failed if c.rule.severity == severity)


def rules_of(
    layer: Layer,
    dbt_manifest: Mapping[str, Any],
    connection: Any,
    plan: Plan | None,
    own: Path,
    store: Path | None = None,
    project: Path | None = None,
) -> list[Rule]:
    """Every rule of a project.

    They come from models, metrics, data tests, the history of sources, the plan, the totals that files landed
    in `store` state, the users' own files in `own`, and the formulas of `project` (the folder of `own`).
    """
    present = _columns(connection)
    columns = {table: found for table, found in present.items() if table[0] in SCHEMAS}
    rules = [
        *model_rules(dbt_manifest, columns),
        *metric_rules(layer),
        *report_rules(layer, columns),
        *data_test_rules(dbt_manifest, present),
        *history_rules(layer.manifest, dbt_manifest, columns),
        *plan_rules(plan, {table for _, table in columns}),
        *(footer_rules(store, dbt_manifest, columns, _views(connection)) if store else []),
        *own_rules(own),
        *consistency_rules(project or own.parent, layer, dbt_manifest),
        *own_audits(own, project or own.parent, layer, dbt_manifest),
    ]
    twice = [name for name, count in Counter(rule.id for rule in rules).items() if count > 1]
    if twice:
        raise RequestError(
            f"two checks are called {twice[0]!r}",
            where=str(own),
            fix="give the rule of your own, or the data test, another name",
        )
    return rules


def _columns(connection: Any) -> dict[tuple[str, str], dict[str, str]]:
    """The columns of every table and view, with their types."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in warehouse.rows(
        connection,
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where not internal and database_name = current_database() order by column_index",
    ):
        found.setdefault((schema, table), {})[column] = kind
    return found


def _views(connection: Any) -> str:
    """The statements of the database's views: those over raw files name each file."""
    statements = "select sql from duckdb_views() where not internal and database_name = current_database()"
    return "\n".join(str(row[0]) for row in warehouse.rows(connection, statements))


def selected(rules: Sequence[Rule], wanted: Sequence[str]) -> list[Rule]:
    """The rules whose id, group, severity or relation is named; an id may be cut after any of its parts.

    Raises:
        RequestError: a name fits none.
    """
    if not wanted:
        return list(rules)
    names = {n for r in rules for n in (r.group, r.severity, r.table, *_prefixes(r.id))}
    for name in wanted:
        if name not in names:
            raise RequestError(
                f"no check is called {name!r}",
                nearest=nearest(name, names),
                fix="name a group, a severity, a table or a check",
            )
    chosen = set(wanted)
    return [r for r in rules if chosen & {r.group, r.severity, r.table, *_prefixes(r.id)}]


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def run_checks(connection: Any, rules: Sequence[Rule], folder: Path) -> Run:
    """Measure the rules and have Great Expectations validate them; its result object is kept as JSON.

    Args:
        connection: the database, open for reading.
        rules: what must hold.
        folder: where results go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    checked = measure(connection, rules)
    suites = [_kept(validate(checked, folder), folder, SUITE)] if checked else []
    return Run(at, tuple(checked), tuple(suites))


def with_own_suites(run: Run, own: Path, database: Path, folder: Path, only: Sequence[str] = ()) -> Run:
    """The run with the users' own suites beside ours.

    No connection to the database's file may be open in this process: Great Expectations opens one of its own,
    and DuckDB lets one file have one configuration.

    Args:
        run: what was found so far.
        own: the folder of rules and suites.
        database: the file that the suites are run on.
        folder: where results go.
        only: names as `--select` has them (`own`, `own.orders`); without any, all suites.

    Raises:
        RequestError: a name fits no suite.
        LeadlineError: a suite cannot be run.
    """
    suites = {f"{OWN}.{path.stem}": path for path in own_suites(own)}
    for name in only:
        if name not in (OWN, *suites):
            raise RequestError(
                f"no suite of your own is called {name!r}",
                where=str(own / "gx"),
                nearest=nearest(name, [OWN, *suites]),
                fix="name a file of that folder, as own.<name of the file>",
            )
    checked, results = list(run.checked), list(run.suites)
    for name, path in suites.items():
        if not only or OWN in only or name in only:
            result = _kept(validate_own(path, database), folder, name)
            results.append(result)
            checked += _of_suite(path, result)
    return replace(run, checked=tuple(checked), suites=tuple(results))


def _kept(suite: dict[str, Any], folder: Path, name: str) -> dict[str, Any]:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(suite, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return suite


def _of_suite(path: Path, result: Mapping[str, Any]) -> list[Checked]:
    """The users' expectations as checks like ours, so that one summary and one table has all."""
    relation = json.loads(path.read_text(encoding="utf-8"))["meta"]["leadline"]["relation"]
    found = []
    for number, one in enumerate(result["results"], start=1):
        config = one["expectation_config"]
        severity = config.get("severity") or "critical"
        told = ", ".join(f"{k} {v}" for k, v in config["kwargs"].items() if k != "batch_id")
        rule = Rule(
            id=f"{OWN}.{path.stem}.{number}",
            group="validity",
            severity=severity if severity in SEVERITIES else "critical",
            relation=relation,
            expected=f"{config['type']} ({told})",
            action=str(config.get("meta", {}).get("action") or "see the suite"),
        )
        found.append(
            Checked(
                rule,
                0 if one["success"] else _count(one),
                one["result"].get("element_count"),
                () if one["success"] else _sample(one),
                None if one["success"] else _raised(one.get("exception_info") or {}),
            )
        )
    return found


def _count(one: Mapping[str, Any]) -> int:
    """How many rows are wrong; those of a statement are what it observed."""
    result, kind = one["result"], one["expectation_config"]["type"]
    observed = result.get("observed_value") if kind == "unexpected_rows_expectation" else None
    return int(result.get("unexpected_count") or observed or 1)


def _sample(one: Mapping[str, Any]) -> tuple[dict[str, object], ...]:
    rows = (one["result"].get("details") or {}).get("unexpected_rows") or ()
    column = str(one["expectation_config"]["kwargs"].get("column"))
    values = one["result"].get("partial_unexpected_list") or ()
    return (*rows[:SAMPLE], *({column: value} for value in values[:SAMPLE]))


def _raised(info: Mapping[str, Any]) -> str | None:
    """What kept an expectation from being measured: Great Expectations tells it plainly, or by metric."""
    for one in (info, *(value for value in info.values() if isinstance(value, Mapping))):
        if one.get("raised_exception"):
            return " ".join(str(one.get("exception_message")).split())
    return None


def result_rows(run: Run) -> pa.Table:
    """One row a check, as the table `check_results` keeps them."""
    rows = [
        {
            "run_at": run.at,
            "check_id": c.rule.id,
            "check_group": c.rule.group,
            "severity": c.rule.severity,
            "status": "passed" if c.passed else "error" if c.error else "failed",
            "relation": c.rule.table,
            "expected": c.rule.expected,
            "rows_failing": None if c.error else c.failing,
            "rows_checked": c.rows,
            "sample": json.dumps(c.sample, default=str, ensure_ascii=False) if c.sample else None,
            "error": c.error,
            "owner": c.rule.owner,
            "action": c.rule.action,
            "version": c.rule.version,
        }
        for c in run.checked
    ]
    return pa.Table.from_pylist(rows, SCHEMA)
