"""What engines do differently, as tables; and the one place where a tree becomes text."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from leadline.errors import RequestError, nearest

SUPPORTED = (
    "duckdb",
    "postgres",
    "spark",
    "bigquery",
    "snowflake",
    "databricks",
    "trino",
    "redshift",
    "clickhouse",
)


def to_text(tree: exp.Query, dialect: str = "duckdb") -> str:
    """The statement in the SQL of an engine.

    Raises:
        RequestError: the dialect is not known.
    """
    if dialect not in SUPPORTED:
        raise RequestError(
            f"dialect {dialect!r} is not supported",
            where="dialect",
            nearest=nearest(dialect, SUPPORTED),
            fix=f"use one of {', '.join(SUPPORTED)}",
        )
    return Dialect.get_or_raise(dialect).generate(tree, copy=False, pretty=True, normalize_functions=False)
