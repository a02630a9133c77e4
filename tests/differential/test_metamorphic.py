"""Answers that have to agree with each other: every metric of the project, on the demonstration warehouse."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from leadline import Layer
from leadline.errors import RefusedError
from tests.conftest import SEED
from tests.differential.engines import agree, fill, plain
from tests.differential.requests import Case, cases

Key = tuple[Any, ...]
CHUNK = 40


class Project:
    """The project's metrics and the warehouse to ask them of."""

    def __init__(self, layer: Layer, con: duckdb.DuckDBPyConnection) -> None:
        self.layer = layer
        self.con = con
        self.additive = [name for name in layer.metrics if self.adds(name) == "yes"]

    def adds(self, name: str) -> Any:
        """How the metric's values add up, as its definition says."""
        meta = self.layer.metrics[name].config.meta or {}
        return (meta.get("leadline") or {}).get("adds")

    def ask(self, metrics: list[str], group_by: list[str], **more: Any) -> dict[str, dict[Key, Any]]:
        """The value of each metric by group."""
        found = self.con.execute(self.layer.sql(metrics=metrics, group_by=group_by, **more))
        rows = [tuple(plain(value) for value in row) for row in found.fetchall()]
        width = len(group_by)
        assert len({row[:width] for row in rows}) == len(rows), "a group has two rows"
        return {m: {row[:width]: row[width + i] for row in rows} for i, m in enumerate(metrics)}

    def cuts(self) -> dict[str, list[str]]:
        """Every dimension with the additive metrics that it cuts; times by month."""
        found: dict[str, list[str]] = defaultdict(list)
        for metric in self.additive:
            for item in self.layer.dimensions([metric]):
                found[f"{item.name}__month" if item.kind == "time" else item.name].append(metric)
        return found

    def finest(self, grain: str) -> list[str]:
        """The additive metrics whose rows are by this grain or a finer one."""
        found = []
        for name in self.additive:
            try:
                self.layer.sql(metrics=[name], group_by=[f"metric_time__{grain}"])
            except RefusedError as error:
                if "finer than the data" not in error.what:
                    raise
            else:
                found.append(name)
        return found


@pytest.fixture(scope="module")
def project(manifest_path: Path, database_path: Path) -> Iterator[Project]:
    con = duckdb.connect(str(database_path), read_only=True)
    yield Project(Layer.load(manifest_path), con)
    con.close()


def same(left: Any, right: Any) -> bool:
    """Equal numbers; nothing is as good as zero where groups are summed."""
    return math.isclose(float(left or 0), float(right or 0), rel_tol=1e-9, abs_tol=1e-6)


def total(values: dict[Key, Any]) -> float:
    return math.fsum(float(value) for value in values.values() if value is not None)


def test_groups_of_every_dimension_sum_to_the_total(project: Project) -> None:
    totals = {name: project.ask([name], [])[name][()] for name in project.additive}
    assert sum(1 for value in totals.values() if value) > 50
    cuts = project.cuts()
    assert len(cuts) > 30
    wrong = []
    for name, metrics in cuts.items():
        found = project.ask(metrics, [name])
        wrong += [(name, m, totals[m]) for m in metrics if not same(total(found[m]), totals[m])]
    assert wrong == []


def test_what_has_no_channel_is_a_group_of_its_own(project: Project) -> None:
    by_channel = project.ask(["marketing_spend"], ["channel"])["marketing_spend"]
    assert by_channel[(None,)] > 0
    known = total({key: value for key, value in by_channel.items() if key != (None,)})
    assert known < project.ask(["marketing_spend"], [])["marketing_spend"][()]


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [("day", "week"), ("day", "month"), ("month", "quarter"), ("month", "year"), ("quarter", "year")],
)
def test_coarse_periods_are_the_sum_of_fine_ones(project: Project, fine: str, coarse: str) -> None:
    names = project.finest(fine)
    assert len(names) > 50
    both = project.ask(names, [f"metric_time__{fine}", f"metric_time__{coarse}"])
    alone = project.ask(names, [f"metric_time__{coarse}"])
    wrong = []
    for name in names:
        sums: dict[Key, float] = defaultdict(float)
        for (_, period), value in both[name].items():
            sums[(period,)] += float(value or 0)
        periods = sums.keys() | alone[name].keys()
        wrong += [(name, p) for p in periods if not same(sums.get(p), alone[name].get(p))]
    assert wrong == []


def test_one_value_or_another_is_the_sum_of_both(project: Project) -> None:
    wrong, asked = [], 0
    for name, metrics in project.cuts().items():
        by_value = project.ask(metrics, [name])
        values = sorted({key[0] for key in by_value[metrics[0]] if isinstance(key[0], str)})[:2]
        if len(values) < 2:
            continue
        first, second = ("'" + value.replace("'", "''") + "'" for value in values)
        either = project.ask(metrics, [], where=[f"{name} = {first} or {name} = {second}"])
        asked += 1
        for metric in metrics:
            parts = total({(v,): by_value[metric].get((v,)) for v in values})
            if not same(either[metric][()], parts):
                wrong.append((name, metric, values))
    assert wrong == []
    assert asked > 15


def test_a_metric_asked_alone_is_what_it_is_among_others(project: Project) -> None:
    names = list(project.layer.metrics)
    random.Random(SEED).shuffle(names)  # noqa: S311  an order, no secret
    wrong = []
    for start in range(0, len(names), CHUNK):
        chunk = names[start : start + CHUNK]
        among = project.ask(chunk, ["metric_time__month"])
        for name in chunk:
            alone = project.ask([name], ["metric_time__month"])[name]
            for period in among[name].keys() | alone.keys():
                one, other = alone.get(period), among[name].get(period)
                if not (one == other or (one is not None and other is not None and same(one, other))):
                    wrong.append((name, period, one, other))
    assert wrong == []


def test_a_saved_query_is_its_parts(project: Project) -> None:
    assert project.layer.saved_queries
    for name, saved in project.layer.saved_queries.items():
        found = project.con.execute(project.layer.sql(saved_query=name))
        columns = [item[0] for item in found.description or ()]
        rows = [dict(zip(columns, map(plain, row), strict=True)) for row in found.fetchall()]
        keys = [column for column in columns if column not in saved.metrics]
        assert rows
        for metric in saved.metrics:
            alone = project.ask([metric], keys, where=list(saved.where))[metric]
            for row in rows:
                part = alone.get(tuple(row[key] for key in keys))
                assert row[metric] == part or same(row[metric], part), (name, metric, row)


def test_answers_do_not_depend_on_the_order_of_rows() -> None:
    con = duckdb.connect(config={"threads": "1"})

    @seed(SEED)
    @settings(
        max_examples=15,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(case=cases("mixed", 8))
    def run(case: Case) -> None:
        layer = Layer.from_document(case.manifest)
        statements = [(request, layer.sql(**request)) for request in case.requests]
        fill(con, case)
        before = [_rows(con, sql) for _, sql in statements]
        shuffled = {
            name: replace(table, rows=random.Random(SEED).sample(table.rows, len(table.rows)))  # noqa: S311
            for name, table in case.tables.items()
        }
        backwards = dict(reversed(case.seasons.items()))
        fill(con, replace(case, tables=shuffled, seasons=backwards))
        for (request, sql), rows in zip(statements, before, strict=True):
            assert agree(_rows(con, sql), rows, "order_by" in request), (request, sql)

    run()


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Key]:
    return [tuple(plain(value) for value in row) for row in con.execute(sql).fetchall()]
