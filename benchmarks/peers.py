"""The peers behind one small face: load definitions, then SQL for a request. Imported only where they are
installed."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from benchmarks.definitions import Asked, Definitions

# a peer is measured, not counted: nothing reports home
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("METRICFLOW_DISABLE_TELEMETRY", "1")


class Peer(Protocol):
    """An engine with its definitions loaded."""

    def sql(self, asked: Asked) -> str:
        """The SQL of a request, for DuckDB."""


class Leadline:
    """The engine of this repository."""

    def __init__(self, definitions: Definitions, folder: Path) -> None:
        from leadline import Layer

        self._layer = Layer.load(_written(definitions, folder))

    def sql(self, asked: Asked) -> str:
        """The SQL of a request."""
        return self._layer.sql(metrics=list(asked.metrics), group_by=list(asked.group_by))


class MetricFlow:
    """dbt's own engine, without its command line and without a database."""

    def __init__(self, definitions: Definitions, folder: Path) -> None:
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        text = _written(definitions, folder).read_text()
        lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text))
        self._engine = MetricFlowEngine(lookup, _client())

    def sql(self, asked: Asked) -> str:
        """The SQL of a request."""
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        request = MetricFlowQueryRequest.create(
            metric_names=list(asked.metrics), group_by_names=list(asked.group_by)
        )
        return str(self._engine.explain(request).sql_statement.sql)


class Sidemantic:
    """sidemantic's Python engine, with definitions in its own format."""

    def __init__(self, definitions: Definitions, folder: Path) -> None:
        from sidemantic import SemanticLayer

        self._layer = SemanticLayer.from_yaml(write_sidemantic(definitions, folder))

    def sql(self, asked: Asked) -> str:
        """The SQL of a request."""
        return str(
            self._layer.compile(
                metrics=list(asked.sidemantic_metrics), dimensions=list(asked.sidemantic_dimensions)
            )
        )


PEERS: dict[str, type[Leadline] | type[MetricFlow] | type[Sidemantic]] = {
    "leadline": Leadline,
    "metricflow": MetricFlow,
    "sidemantic": Sidemantic,
}


def missing() -> list[str]:
    """The peers that are not installed."""
    return [name for name in PEERS if find_spec(name) is None]


def versions() -> dict[str, str]:
    """What is measured, by package."""
    from importlib.metadata import version

    return {name: version(name) for name in ("leadline", "metricflow", "sidemantic", "duckdb", "sqlglot")}


def _written(definitions: Definitions, folder: Path) -> Path:
    path = folder / f"semantic_manifest_{definitions.metrics}_{definitions.models}.json"
    if not path.is_file():
        path.write_text(json.dumps(definitions.manifest()))
    return path


def write_manifest(definitions: Definitions, folder: Path) -> Path:
    """The definitions as dbt writes them."""
    return _written(definitions, folder)


def write_sidemantic(definitions: Definitions, folder: Path) -> Path:
    """The definitions as sidemantic reads them, in a folder of their own."""
    import yaml

    models = folder / f"sidemantic_{definitions.metrics}_{definitions.models}"
    models.mkdir(exist_ok=True)
    path = models / "models.yml"
    if not path.is_file():
        path.write_text(yaml.safe_dump(definitions.sidemantic(), sort_keys=False))
    return path


def _client() -> Any:
    """What MetricFlow asks of a database to write SQL: which one it is, and its renderer."""
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

    class Client:
        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

        @staticmethod
        def render_bind_parameter_key(bind_parameter_key: str) -> str:
            return f"${bind_parameter_key}"

    return Client()
