"""A database for queries of unknown origin: read-only, closed to the outside, each for some time only."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from leadline import warehouse
from leadline.errors import WarehouseError, nearest

if TYPE_CHECKING:
    from leadline.layer import Layer

SECONDS: Final = 20.0


class Database:
    """An open database. Of tables of one name, that of `layer` is meant.

    With `is_closed` no file but the database can be read any more, by whoever uses the connection.
    """

    def __init__(
        self, connection: Any, layer: Layer | None = None, seconds: float = SECONDS, is_closed: bool = True
    ) -> None:
        self.connection = connection
        self.seconds = seconds
        models = layer.models.values() if layer else ()
        self._preferred = {m.relation.name.lower(): m.relation.schema.lower() for m in models}
        if is_closed:
            warehouse.execute(connection, "set enable_external_access = false")

    def rows(self, tree: exp.Query) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises WarehouseError: no such table or column, or it takes too long."""
        return warehouse.rows_within(self.connection, self.text(tree), self.seconds)

    def text(self, tree: exp.Query) -> str:
        """A query as DuckDB reads it, its tables where they stand here. Raises WarehouseError."""
        copy = tree.copy()
        own = {cte.alias.lower() for cte in copy.find_all(exp.CTE)}
        for table in copy.find_all(exp.Table):
            if isinstance(table.this, exp.Identifier) and not (table.name.lower() in own and not table.db):
                table.set("db", exp.to_identifier(self._schema(table.name, table.db), quoted=True))
                table.set("catalog", None)
        try:
            return copy.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE)
        except SqlglotError as error:
            raise WarehouseError(f"it can't be put into DuckDB's SQL: {error}") from error

    def _schema(self, name: str, given: str) -> str:
        found = self._schemas.get(name.lower(), [])
        for wanted in (given.lower(), self._preferred.get(name.lower())):
            if wanted in found:
                return str(wanted)
        if len(found) == 1:
            return found[0]
        if found:
            raise WarehouseError(f"the database has {name} in several schemas: {', '.join(sorted(found))}")
        raise WarehouseError(
            f"the database has no table {name}", nearest=nearest(name.lower(), list(self._schemas))
        )

    @cached_property
    def _schemas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for schema, name in warehouse.rows(
            self.connection,
            "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
            " union all select schema_name, view_name from duckdb_views()"
            " where database_name = current_database() and not internal",
        ):
            found[name.lower()].append(schema.lower())
        return found
