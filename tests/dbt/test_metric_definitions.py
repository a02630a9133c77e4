"""Every metric says what dbt has no key for, and what it says is what the catalogue says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.warehouses import ROOT

SCHEMA = ROOT / "src" / "leadline" / "schemas" / "metric.schema.json"


@pytest.fixture(scope="session")
def metrics(manifest_path: Path) -> dict[str, dict[str, Any]]:
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    return {metric["name"]: metric for metric in manifest["metrics"]}


@pytest.fixture(scope="session")
def catalogue(shared: Path) -> dict[str, dict[str, Any]]:
    rows = yaml.safe_load((shared / "kpis" / "catalogue.yml").read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows}


def leadline_meta(metric: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = ((metric.get("config") or {}).get("meta") or {}).get("leadline") or {}
    return meta


def test_dbt_read_the_metrics_folder(metrics: dict[str, Any]) -> None:
    """Without `metrics` in model-paths dbt ignores the folder silently: ratios across facts would vanish."""
    assert len(metrics) >= 30
    assert "cost_per_lead" in metrics


def test_every_metric_is_described_and_fits_the_schema(metrics: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    faults = [
        f"{name}: {error.json_path} {error.message}"
        for name, metric in metrics.items()
        for error in validator.iter_errors(leadline_meta(metric))
    ]
    faults += [f"{name}: no label" for name, metric in metrics.items() if not metric["label"]]
    faults += [f"{name}: no description" for name, metric in metrics.items() if not metric["description"]]
    assert not faults, "\n".join(faults)


def test_labels_units_and_additivity_are_the_catalogues(
    metrics: dict[str, Any], catalogue: dict[str, dict[str, Any]]
) -> None:
    keys = {
        "fr": "label_fr",
        "unit": "unit",
        "better": "better",
        "stage": "stage",
        "tier": "tier",
        "from": "sources",
    }
    faults = []
    for name in metrics.keys() & catalogue.keys():
        row, meta = catalogue[name], leadline_meta(metrics[name])
        adds = {True: "yes", False: "no"}.get(row["adds"], row["adds"])
        pairs = [("label", row["label"], metrics[name]["label"]), ("adds", adds, meta.get("adds"))]
        pairs += [(theirs, row[theirs], meta.get(ours)) for theirs, ours in keys.items()]
        pairs.append(("benchmark", row.get("benchmark"), meta.get("benchmark")))
        faults += [
            f"{name}.{key}: catalogue {want!r}, here {got!r}" for key, want, got in pairs if want != got
        ]
    assert not faults, "\n".join(sorted(faults))


def test_every_area_has_metrics_of_the_catalogue(
    metrics: dict[str, Any], catalogue: dict[str, dict[str, Any]]
) -> None:
    defined = metrics.keys() & catalogue.keys()
    assert len(defined) >= 30
    for area in ("google_ads", "ga4", "email", "crm", "orders", "social"):
        assert any(area in catalogue[name]["from"] for name in defined), area


def test_every_fact_names_sources_that_exist(manifest_path: Path) -> None:
    sources = {path.name for path in (ROOT / "models" / "staging").iterdir() if path.is_dir()}
    manifest = json.loads((manifest_path.parent / "manifest.json").read_text(encoding="utf-8"))
    semantic_models = manifest["semantic_models"].values()
    assert semantic_models
    for semantic_model in semantic_models:
        for node in semantic_model["depends_on"]["nodes"]:
            meta = manifest["nodes"][node]["config"]["meta"].get("leadline", {})
            if manifest["nodes"][node]["name"].startswith("fct_"):
                assert meta.get("sources"), f"{node} does not say which sources feed it"
            assert set(meta.get("sources", [])) <= sources, node
