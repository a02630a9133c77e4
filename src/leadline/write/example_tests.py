"""Worked examples as dbt data tests: one file a stage, which runs the definitions as they stand at a build.

Totals are put into the formulas by macros, from dbt's own graph, so that an edited formula fails its next
build. Examples that give rows are the engine's SQL over literals; each carries what its definition was, and
fails where that has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import yaml
from sqlglot import exp

from leadline import dialects
from leadline.catalog import STAGES, text
from leadline.examples import Example, examples_of
from leadline.examples.run import literal_statement
from leadline.manifest import Manifest, Metric
from leadline.write.sync import MARK

if TYPE_CHECKING:
    from leadline.layer import Layer

DESCRIPTIONS: Final = "_examples__data_tests.yml"


def example_test_files(layer: Layer) -> dict[str, str]:
    """The files of data_tests/examples/ by name; none where no metric has examples.

    Raises:
        LeadlineError: an example cannot be read, or asks what the layer refuses.
    """
    found: dict[str, str] = {}
    for stage in STAGES:
        # dbt writes metrics in no fixed order; files must not change with it.
        known = sorted(layer.manifest.metrics.items())
        metrics = [metric for _, metric in known if text(metric, "stage") == stage]
        examples = [example for m in metrics for example in examples_of(layer.manifest, m)]
        if examples:
            found[f"examples_{stage}.sql"] = _file(layer, stage, examples)
    if found:
        found[DESCRIPTIONS] = _described(found)
    return found


def _file(layer: Layer, stage: str, examples: Iterable[Example]) -> str:
    rows = [example for example in examples if example.rows]
    lines = [
        f"-- {MARK} from the worked examples of the stage `{stage}`.",
        "-- Do not edit: change the metrics' YAML, then run `make generate`.",
    ]
    argument = ""
    if rows:
        names = dict.fromkeys(example.metric for example in rows)
        lines += [_expectation(layer.manifest, name) for name in names]
        selects = "\nunion all\n".join(_select(layer, example) for example in rows)
        lines += ["{% set computed %}", selects, "{% endset %}"]
        argument = ", computed"
    lines += [
        "with",
        "",
        "examples as (",
        "",
        f"    {{{{ worked_examples('{stage}'{argument}) }}}}",
        "",
        "),",
        "",
        "final as (",
        "",
        "    select *",
        "    from examples",
        "    where {{ is_wrong_example() }}",
        "",
        ")",
        "",
        "select * from final",
    ]
    return "\n".join(lines) + "\n"


def _expectation(manifest: Manifest, name: str) -> str:
    known = hashlib.md5(fingerprint(manifest, manifest.metrics[name]).encode(), usedforsecurity=False)
    return f"{{% do expect_definition('{name}', '{known.hexdigest()}') %}}"


def _select(layer: Layer, example: Example) -> str:
    models = {m.relation.name for m in layer.manifest.models.values()}
    models |= {s.relation.name for s in layer.manifest.spines}
    statement = literal_statement(layer, example)
    for table in list(statement.find_all(exp.Table)):
        if table.db and table.name in models:
            table.set("this", exp.Var(this=f"{{{{ ref('{table.name}') }}}}"))
            table.set("db", None)
            table.set("catalog", None)
    expected = "null" if example.expect is None else repr(float(example.expect))
    return (
        f"select\n    '{example.metric}' as metric_name,\n    '{example.words}' as given_words,\n"
        f"    cast({expected} as {{{{ double_type() }}}}) as expected,\n    (\n"
        f"{dialects.to_text(statement, 'duckdb')}\n    ) as found"
    )


def fingerprint(manifest: Manifest, metric: Metric) -> str:
    """What a metric's value depends on, as the macro definition_fingerprint writes it."""
    use, conversion = metric.use, metric.conversion
    agg = use.aggregation if use else None
    stock = agg.non_additive if agg else None
    used: Iterator[str] = iter(())
    if conversion:
        names = (conversion.base.aggregation.name, conversion.conversion.aggregation.name)
        used = (fingerprint(manifest, manifest.metrics[name]) for name in names)
    parts = [
        metric.name,
        metric.type,
        agg.model if agg else "",
        agg.agg if agg else "",
        agg.time_dimension if agg else "",
        agg.expr if agg else metric.expr or "",
        stock.dimension if stock else "",
        stock.window_choice if stock else "",
        " and ".join(metric.filters),
        conversion.entity if conversion else "",
        conversion.calculation if conversion else "",
        " ".join(used),
    ]
    return "|".join(parts)


def _described(files: Iterable[str]) -> str:
    told = (
        "Worked examples of the stage {}: what the definitions give where it is not what was worked by hand."
    )
    stages = [name.removesuffix(".sql").removeprefix("examples_") for name in files]
    tests = [{"name": f"examples_{stage}", "description": told.format(stage)} for stage in stages]
    body = yaml.safe_dump({"data_tests": tests}, sort_keys=False, allow_unicode=True, width=110)
    return f"# {MARK} from the worked examples of the metrics. Do not edit.\n{body}"
