"""Measured rules as a suite of Great Expectations: one row of counts, one expectation a rule.

Great Expectations would scan a table once for each expectation. The scans are done before (see measure.py),
and it validates what they found, so that its result objects, severities and documents are the usual ones.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from leadline import warehouse
from leadline.check.quality.rule import Checked
from leadline.errors import LeadlineError, nearest

SUITE: Final = "leadline"
# Counts of wrong rows are 0 or more; what could not be measured is told apart from them.
NOT_MEASURED: Final = -1
_TABLE: Final = "check_counts"
# DuckDB has no transactions of the kind that SQLAlchemy resets, and no isolation levels but its own.
_ENGINE: Final = {
    "isolation_level": "AUTOCOMMIT",
    "pool_reset_on_return": None,
    "skip_autocommit_rollback": True,
}


def validate(checked: Sequence[Checked], folder: Path) -> dict[str, Any]:
    """The result of the suite as Great Expectations writes it (JSON); `folder` keeps the counts that it read.

    Raises:
        LeadlineError: the folder cannot be written to.
    """
    file = folder / "counts.duckdb"
    file.unlink(missing_ok=True)
    counts = {c.rule.id: [NOT_MEASURED if c.error else c.failing] for c in checked}
    with warehouse.writable(file) as connection:
        warehouse.keep(connection, _TABLE, pa.table(counts))
    with _quiet() as gx:
        asset = _source(gx, file).add_table_asset(name=SUITE, table_name=_TABLE)
        batch = asset.add_batch_definition_whole_table("all")
        suite = gx.ExpectationSuite(name=SUITE, expectations=[_expectation(gx, c) for c in checked])
        return _run(gx, batch, suite)


def validate_own(path: Path, database: Path) -> dict[str, Any]:
    """A suite that users wrote, as Great Expectations saves one, on a table of the database itself.

    Its `meta` says which: `{"leadline": {"relation": "marts.fct_orders"}}`.

    Raises:
        LeadlineError: the file is not such a suite, or names a relation or expectation that is not there.
    """
    import json

    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        schema, _, table = written["meta"]["leadline"]["relation"].rpartition(".")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LeadlineError(
            "this is not a suite that can be run",
            where=str(path),
            fix='save it as JSON with "meta": {"leadline": {"relation": "marts.fct_orders"}}',
        ) from error
    _known(path, database, schema, table)
    with _quiet() as gx:
        try:
            options = {"schema_name": schema} if schema else {}
            asset = _source(gx, database).add_table_asset(name=path.stem, table_name=table, **options)
            batch = asset.add_batch_definition_whole_table("all")
            suite = gx.ExpectationSuite(
                name=written.get("name", path.stem), expectations=written["expectations"]
            )
            # What it can't make an expectation of, it leaves out with a line in a log.
            _all_there(path, written["expectations"], gx, len(suite.expectations))
            return _run(gx, batch, suite)
        except LeadlineError:
            raise
        except Exception as error:  # GX raises what its parts raise: any of it means that this file is wrong
            raise LeadlineError(
                f"Great Expectations cannot run this suite: {' '.join(str(error).split())[:300]}",
                where=str(path),
                fix="check the columns and arguments of its expectations; quantiles do not run on DuckDB",
            ) from error


def _known(path: Path, database: Path, schema: str, table: str) -> None:
    """Refuses a relation that is not in the database."""
    with closing(warehouse.open_database(database)) as connection:
        found = warehouse.rows(
            connection, "select table_schema, table_name from information_schema.tables order by all"
        )
    names = [f"{one}.{other}" for one, other in found]
    if (schema, table) not in found and (schema or table not in {name for _, name in found}):
        raise LeadlineError(
            f"the suite's relation {'.'.join(filter(None, (schema, table)))!r} is not in the database",
            where=str(path),
            nearest=nearest(f"{schema}.{table}", names),
            fix='correct "meta": {"leadline": {"relation": …}}',
        )


def _all_there(path: Path, written: Sequence[Mapping[str, Any]], gx: Any, made: int) -> None:
    if made == len(written):
        return
    types = [str(one.get("type")) for one in written]
    known = sorted(_snake(name) for name in dir(gx.expectations) if name.startswith("Expect"))
    strange = [name for name in types if name not in known]
    raise LeadlineError(
        f"Great Expectations knows no expectation {strange[0]!r}"
        if strange
        else f"Great Expectations took only {made} of the {len(written)} expectations",
        where=str(path),
        nearest=nearest(strange[0], known) if strange else (),
        fix="correct its type" if strange else "check the arguments of each",
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@contextmanager
def _quiet() -> Iterator[Any]:
    """Great Expectations, without reports home, progress bars and warnings of its own dependencies."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        log = logging.getLogger("great_expectations")
        before = log.level
        # It logs with a traceback what it raises or gives as a result, too.
        log.setLevel(logging.CRITICAL + 1)
        try:
            yield gx
        finally:
            log.setLevel(before)


def _source(gx: Any, file: Path) -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    arguments = {**_ENGINE, "connect_args": {"read_only": True}}
    return context.data_sources.add_sql("leadline", connection_string=f"duckdb:///{file}", kwargs=arguments)


def _expectation(gx: Any, checked: Checked) -> Any:
    rule = checked.rule
    return gx.expectations.ExpectColumnMaxToBeBetween(
        column=rule.id,
        min_value=0,
        max_value=0,
        severity=rule.severity,
        description=rule.expected,
        meta={"group": rule.group, "owner": rule.owner, "action": rule.action, "relation": rule.relation},
    )


def _run(gx: Any, batch: Any, suite: Any) -> dict[str, Any]:
    definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=suite)
    context = batch.data_asset.datasource.data_context
    context.suites.add(suite)
    context.validation_definitions.add(definition)
    result: Mapping[str, Any] = definition.run().to_json_dict()
    # Its connections stay open otherwise, and DuckDB lets one file have one configuration at a time.
    batch.data_asset.datasource.get_execution_engine().close()
    batch.data_asset.datasource.get_engine().dispose()
    return dict(result)
