"""The checks as a step of a refresh, and their history in what is published."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from leadline import warehouse
from leadline.check.quality.rule import Checked
from leadline.check.quality.run import SCHEMA, Run, result_rows, rules_of, run_checks, with_own_suites
from leadline.errors import LeadlineError
from leadline.layer import Layer
from leadline.measurement.plan import load_plan
from leadline.refresh import dbt
from leadline.refresh.builds import Build
from leadline.refresh.pipeline import Found, Outcome
from leadline.write.checks_page import checks_page, verdict

_OWN: Final = "checks"
_KEPT: Final = pa.schema([pa.field("build", pa.int64()), *SCHEMA])
_TABLE: Final = "kpi.check_results"


class Quality:
    """Keeps what a run found between the steps that make it and that publish it."""

    def __init__(self) -> None:
        self.run: Run | None = None

    def check(self, project: Path, plan: Path | None, folder: Path, store: Path | None = None) -> Found:
        """Run every check on a build; results and report go to its folder `checks/`."""
        target = dbt.target(folder)
        database = dbt.warehouse(folder)
        described = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        layer = Layer.load(target / "semantic_manifest.json")
        with closing(warehouse.open_database(database)) as connection:
            known = load_plan(plan) if plan else None
            rules = rules_of(layer, described, connection, known, project / _OWN, store)
            run = run_checks(connection, rules, folder / "checks")
        self.run = with_own_suites(run, project / _OWN, database, folder / "checks")
        (folder / "checks" / "index.html").write_text(checks_page(self.run), encoding="utf-8")
        critical = tuple(c.rule.id for c in self.run.of("critical"))
        outcome: Outcome = "failed" if critical else "warned" if self.run.failed else "passed"
        told = [verdict(self.run), *(_told(c) for c in self.run.failed)] if self.run.failed else []
        return Found(outcome, "\n".join(told), critical)

    def history(self, build: Build, published: Path | None) -> pa.Table:
        """What earlier published files told of their checks, and this run; rows of data are not in it."""
        now = result_rows(self.run) if self.run else pa.Table.from_pylist([], SCHEMA)
        now = now.set_column(SCHEMA.get_field_index("sample"), "sample", pa.nulls(len(now), pa.string()))
        now = now.add_column(0, "build", pa.array([build.number] * len(now), pa.int64())).cast(_KEPT)
        earlier = _earlier(published)
        if earlier is None:
            return now
        return pa.concat_tables([earlier.filter(pc.not_equal(earlier["build"], build.number)), now])


def _earlier(published: Path | None) -> pa.Table | None:
    if published is None:
        return None
    try:
        with closing(warehouse.open_database(published)) as connection:
            return _in_shape(warehouse.run(connection, f"from {_TABLE}"))
    except (LeadlineError, KeyError):
        return None  # a file of before there were checks has no history to carry on


def _in_shape(told: pa.Table) -> pa.Table:
    """Rows of an earlier file, which may lack columns that came later. Raises KeyError for another table."""
    if "check_id" not in told.column_names:
        raise KeyError("check_id")
    for field in _KEPT:
        if field.name not in told.column_names:
            told = told.append_column(field, pa.nulls(len(told), field.type))
    return told.select(_KEPT.names).cast(_KEPT)


def _told(checked: Checked) -> str:
    found = checked.error or checked.counted
    return f"{checked.rule.severity}: {checked.rule.expected}: {found} ({checked.rule.id})"
