"""Faults of definitions by themselves, each planted in a manifest that has none."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from leadline.audit.lint import lint, mentioned, places_of
from leadline.cli.main import main
from leadline.layer import Layer
from leadline.measurement.plan import load_plan

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "tests" / "cli" / "mini" / "semantic_manifest.json"
DOCUMENT = json.loads(MANIFEST.read_text(encoding="utf-8"))


def document(*names: str) -> Any:
    """The small manifest with copies of metrics: `ctr` as `ctr_2`, its names its own."""
    made = copy.deepcopy(DOCUMENT)
    for name in names:
        twin = copy.deepcopy(metric(made, name))
        twin["name"] = f"{name}_2"
        twin["label"] = f"Another {name}"
        meta(twin).update(label_fr=f"Autre {name}", synonyms=[])
        made["metrics"].append(twin)
    return made


def metric(made: Any, name: str) -> Any:
    return next(m for m in made["metrics"] if m["name"] == name)


def meta(found: Any) -> Any:
    config = found["config"] = found.get("config") or {}
    return config.setdefault("meta", {}).setdefault("leadline", {})


def rules(made: Any, *used: str) -> set[tuple[str, str]]:
    return {(f.rule, f.output) for f in lint(Layer.from_document(made), used)}


BEFORE = rules(DOCUMENT)


def test_two_metrics_of_one_formula() -> None:
    assert ("same-formula", "ctr_2") in rules(document("ctr"))
    assert not any(rule == "same-formula" for rule, _ in BEFORE)


def test_labels_clash_in_either_language() -> None:
    for key, lang in (("label", "en"), ("label_fr", "fr")):
        made = document("ctr")
        twin, other = metric(made, "ctr_2"), metric(made, "clicks")
        if lang == "en":
            twin[key] = "clicks!"
            other[key] = "Clicks"
        else:
            meta(twin)[key], meta(other)[key] = "Cliqués", "cliques"
        found = [f for f in lint(Layer.from_document(made)) if f.rule == "label-clash"]
        assert len(found) == 1, key
        assert f"({lang})" in found[0].message
        assert found[0].level == "error"


def test_one_name_of_two_formulas() -> None:
    made = document()
    for name in ("ctr", "leads"):
        meta(metric(made, name))["synonyms"] = ["our number"]
    found = [f for f in lint(Layer.from_document(made)) if f.rule == "name-clash"]
    assert len(found) == 1
    assert "'our number'" in found[0].message
    assert "ctr" in found[0].message


def test_a_unit_that_is_missing() -> None:
    made = document()
    meta(metric(made, "ctr"))["unit"] = "ratio"
    assert ("missing-unit", "ctr") not in rules(made)
    del meta(metric(made, "ctr"))["unit"]
    assert ("missing-unit", "ctr") in rules(made)


def test_a_ratio_of_a_ratio() -> None:
    made = document("ctr")
    twin = metric(made, "ctr_2")
    twin["type_params"]["numerator"]["name"] = "ctr"
    assert ("ratio-of-ratios", "ctr_2") in rules(made)
    assert not any(rule == "ratio-of-ratios" for rule, _ in BEFORE)


def test_what_is_used_is_not_called_unused() -> None:
    made = document("ctr")
    assert ("unused", "ctr_2") in rules(made)
    assert ("unused", "ctr_2") not in rules(made, "ctr_2")
    # Clicks are used by ctr.
    assert ("unused", "clicks") not in rules(made)


def test_a_level_that_is_added_up() -> None:
    made = json.loads(json.dumps(DOCUMENT).replace('"clicks"', '"page_followers"'))
    assert any(rule == "sum-of-stocks" for rule, _ in rules(made))
    assert not any(rule == "sum-of-stocks" for rule, _ in BEFORE)


def test_places_are_lines_of_the_definitions() -> None:
    path, line = places_of(ROOT)["ctr"]
    text = Path(ROOT, path).read_text(encoding="utf-8").splitlines()
    assert text[line - 1].strip() == "- name: ctr"


def test_the_plan_uses_what_it_names() -> None:
    used = mentioned(load_plan(ROOT / "plan.yml"))
    # The north star, a target and an indicator of it.
    assert {"revenue", "cost_per_lead", "landing_page_conversion_rate"} <= used


def test_our_own_definitions_are_clean(
    manifest_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["leadline", "lint", "--manifest", str(manifest_path), "--json"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert [f for f in found if f["level"] != "note" and not f["excepted"]] == []
    # The exception is about something that is there.
    assert [f["output"] for f in found if f["excepted"]] == ["ltv_to_cac"]


def test_warnings_decide_the_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "semantic_manifest.json"
    path.write_text(json.dumps(document("ctr")), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["leadline", "lint", "--manifest", str(path)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    told = capsys.readouterr().out
    assert "warning: ctr_2 has the formula of ctr: keep one" in told
    assert "[same-formula]" in told
