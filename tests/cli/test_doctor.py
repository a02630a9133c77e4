"""`leadline doctor`: what it says of the data, and how it explains a project that dbt refuses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from leadline.check.dbt_parse import REMEDIES, explain, parse_problems
from leadline.check.places import Place, places, where_is
from tests.cli.conftest import MINI, Leadline

PROJECT = {
    "dbt_project.yml": (
        "name: small\nversion: 1.0.0\nprofile: small\nmodel-paths: [models, metrics]\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    ),
    "profiles.yml": "small: {target: dev, outputs: {dev: {type: duckdb, path: leadline.duckdb}}}\n",
    "models/dim_date.sql": "select cast('2026-01-01' as date) as date_day\n",
    "models/fct_visits.sql": "select 1 as visit_key, current_date as date_day, 'web' as device\n",
    "models/models.yml": """models:
  - name: dim_date
    time_spine: {standard_granularity_column: date_day}
    columns:
      - {name: date_day, granularity: day}
  - name: fct_visits
    semantic_model: {name: visits}
    agg_time_dimension: date_day
    columns:
      - {name: visit_key, entity: {type: primary, name: visit}}
      - {name: date_day, granularity: day, dimension: {type: time}}
      - {name: device, dimension: {type: categorical}}
    metrics:
      - {name: visits, type: simple, agg: count, expr: visit_key}
""",
}


def project(folder: Path, old: str = "", new: str = "", *, more: dict[str, str] | None = None) -> Path:
    """A small dbt project with one text replaced in its definitions, and more files if wanted."""
    for name, text in (PROJECT | (more or {})).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text.replace(old, new) if old and name == "models/models.yml" else text, encoding="utf-8"
        )
    return folder


def test_a_dimension_named_like_a_grain_is_explained(tmp_path: Path) -> None:
    (problem,) = parse_problems(project(tmp_path, "{name: device,", "{name: day,"))
    assert "`day`" in problem.reason
    assert problem.places == ("models/models.yml:12",)
    assert "write date_day for day" in problem.fix


def test_a_project_that_parses_has_no_problems_and_leaves_nothing_behind(tmp_path: Path) -> None:
    assert parse_problems(project(tmp_path)) == []
    assert not (tmp_path / "target").exists()


def test_a_metric_that_does_not_exist_is_placed_where_it_is_used(tmp_path: Path) -> None:
    metrics = (
        "metrics:\n  - name: rate\n    type: ratio\n    label: Rate\n"
        "    numerator: visits\n    denominator: visitors\n"
    )
    (problem,) = parse_problems(project(tmp_path, more={"metrics/rates.yml": metrics}))
    assert "visitors" in problem.reason
    assert "metrics/rates.yml:6" in problem.places


def test_a_file_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = parse_problems(project(tmp_path, more={"metrics/rates.yml": "metrics:\n  - name: [rate\n"}))
    assert problem.places[0].startswith("metrics/rates.yml:")
    assert "not valid YAML" in problem.reason


@pytest.mark.parametrize(
    ("message", "place", "fix"),
    [
        (
            "Invalid name `a` - names may only contain lower case letters, numbers, and underscores. …",
            "metrics/growth.yml:4",
            "aliases of input metrics",
        ),
        (
            "Cumulative fields `type_params.window` should be nested under `x`. Invalid metrics: growth. …",
            "metrics/growth.yml:2",
            "require_nested_cumulative_type_params",
        ),
        ("`Entity('chanel')` is not a valid group-by name.", "metrics/growth.yml:9", "leadline show"),
        ("Invalid enum value: `ratioo` in enum MetricType", "metrics/growth.yml:3", "simple, ratio"),
        (
            "In semantic models {'channel'}, element `kind` is of type X, but it is used as types [X, Y]",
            "models/channel.yml:5",
            "rename one",
        ),
    ],
)
def test_dbts_messages_lead_to_a_place_and_a_remedy(message: str, place: str, fix: str) -> None:
    known = [
        Place("metrics/growth.yml", 2, "name", "growth"),
        Place("metrics/growth.yml", 3, "type", "ratioo"),
        Place("metrics/growth.yml", 4, "alias", "a"),
        Place("metrics/growth.yml", 9, "group_by", "Entity('chanel')"),
        Place("models/channel.yml", 5, "name", "kind"),
    ]
    problem = explain(message, known)
    assert problem.places == (place,)
    assert fix in problem.fix


def test_a_message_that_nobody_foresaw_is_still_given() -> None:
    assert explain("something new", []).reason == "something new"


def test_the_remedies_do_not_hide_one_another() -> None:
    words = [words for words, _ in REMEDIES]
    assert len(set(words)) == len(words)
    assert not [(a, b) for a in words for b in words if a != b and a in b]


def test_a_name_is_placed_where_it_is_given_before_where_it_is_used(tmp_path: Path) -> None:
    known = places(project(tmp_path))
    assert [str(p) for p in where_is("device", known)] == ["models/models.yml:12"]


class TestCommand:
    @pytest.fixture
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder without a dbt project, with the small company's manifests."""
        for file in MINI.iterdir():
            shutil.copy(file, tmp_path)
        monkeypatch.chdir(tmp_path)
        return tmp_path / "semantic_manifest.json"

    def test_says_versions_sources_ages_and_what_lacks_data(
        self, leadline: Leadline, elsewhere: Path
    ) -> None:
        run = leadline("doctor", "--manifest", str(elsewhere))
        assert run.code == 0
        for text in ("python", "duckdb", "dbt-core", "google_ads", "2026-02-28"):
            assert text in run.out
        assert "no data: reviews is not connected" in run.out
        assert "2 metrics: reviews, audience_size" in run.out
        # Google Ads is there, so what Meta would add is not missing.
        assert "meta_ads is not connected" not in run.out

    def test_without_a_database_it_says_so_and_fails(self, leadline: Leadline, elsewhere: Path) -> None:
        run = leadline(
            "doctor", "--manifest", str(elsewhere), "--database", str(elsewhere.with_name("no.duckdb"))
        )
        assert run.code == 1
        assert "problem: there is no database" in run.out

    def test_definitions_newer_than_the_manifest_are_parsed_and_explained(
        self, leadline: Leadline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = project(tmp_path / "small", "{name: device,", "{name: month,")
        (folder / "target").mkdir()
        manifest = folder / "target" / "semantic_manifest.json"
        shutil.copy(MINI / "semantic_manifest.json", manifest)
        os.utime(manifest, (0, 0))
        monkeypatch.chdir(folder)
        run = leadline("doctor", "--manifest", str(manifest))
        assert run.code == 1
        assert "problem: dbt parse: Invalid name `month`" in run.out
        assert "models/models.yml:12" in run.out
