"""What a command works on: the layer of a manifest, and the database of a build."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.cli.exits import EnvironmentMissingError
from leadline.cli.options import DEFAULT_DATABASE, DEFAULT_MANIFEST

if TYPE_CHECKING:
    from leadline.availability import FactSources, Source
    from leadline.layer import Layer
    from leadline.manifest import Manifest


class Session:
    """Opens what is asked for, when it is; `manifest` and `database` are the options of that name."""

    def __init__(self, manifest: Path | None = None, database: Path | None = None) -> None:
        target = os.environ.get("DBT_TARGET_PATH")
        usual = Path(target) / "semantic_manifest.json" if target else Path(DEFAULT_MANIFEST)
        self.manifest_path = manifest or usual
        self.database_path = database or Path(DEFAULT_DATABASE)

    @cached_property
    def layer(self) -> Layer:
        """The layer of the manifest. Raises EnvironmentMissingError where there is no such file."""
        from leadline.layer import Layer

        if not self.manifest_path.is_file():
            raise EnvironmentMissingError(
                "there is no semantic manifest",
                where=str(self.manifest_path),
                fix="`make build` writes it (so does `dbt parse`), or point to one with --manifest",
            )
        return Layer.load(self.manifest_path)

    @property
    def manifest(self) -> Manifest:
        """What the manifest defines."""
        return self.layer.manifest

    def dimensions(self, metric: str) -> list[str]:
        """The names of what a metric can be cut by."""
        return [found.name for found in self.layer.dimensions(metrics=[metric])]

    @cached_property
    def connection(self) -> Any:
        """The database, read-only. Raises EnvironmentMissingError or WarehouseError."""
        from leadline.warehouse import open_database

        if not self.database_path.is_file():
            raise EnvironmentMissingError(
                "there is no database",
                where=str(self.database_path),
                fix="`make build` makes it (so does `dbt build`), or point to one with --database",
            )
        return open_database(self.database_path, self._database_name)

    @property
    def _database_name(self) -> str | None:
        """What the manifest's relations call their database; None where no manifest says it."""
        from leadline.errors import LeadlineError

        try:
            return next((model.relation.database for model in self.manifest.models.values()), None)
        except LeadlineError:
            return None  # whoever reads definitions is told what is wrong with them

    @cached_property
    def sources(self) -> dict[str, Source]:
        """What the database knows of its sources, by name."""
        from leadline.availability import read_sources

        return read_sources(self.connection)

    @cached_property
    def fact_sources(self) -> FactSources:
        """Which sources feed which fact."""
        from leadline.availability import FactSources

        return FactSources(self.manifest_path)

    @cached_property
    def currency(self) -> str:
        """The reporting currency: what the database was built with, unless the environment says another."""
        from leadline.project import CURRENCY_VARIABLE, reporting_currency

        if CURRENCY_VARIABLE not in os.environ and self.database_path.exists():
            built_with = {source.reporting_currency for source in self.sources.values()} - {None}
            if built_with:
                return str(built_with.pop())
        return reporting_currency(self.manifest_path)
