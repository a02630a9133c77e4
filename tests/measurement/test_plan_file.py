"""plan.yml as a file: every problem of its shape at once, with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from leadline.errors import LeadlineError
from leadline.measurement.breach import PlanError
from leadline.measurement.labels import _PHRASES, say_of
from leadline.measurement.model import Plan
from leadline.measurement.plan import load_plan
from leadline.measurement.shape import read_schema
from leadline.measurement.source import source_of
from tests.measurement.conftest import GOOD, plan_from
from tests.warehouses import ROOT

MISSHAPEN = """\
company: X
company: Y
title: {en: a}
start: 2026-01-01
end: 2026-02-31
oops: 3
north_star: {metric: revenue}
objectives:
  - name: A b
    title: x
    kpis:
      - metric: leads
        cadense: month
        kind: levels
        baseline: {valu: 3}
        periods: {2026: 3, 2026-13-1x: 4}
        target: much
alerts:
  - {name: a, title: t, metric: ctr, cadence: week, when: {}, severity: warning, action: x, owner: y}
"""


def test_every_problem_of_the_shape_is_told_at_its_place() -> None:
    with pytest.raises(PlanError) as caught:
        plan_from(MISSHAPEN)
    found = [(b.place.line, b.place.column) for b in caught.value.breaches]
    assert found == [
        (2, 1),  # company twice
        (3, 1),  # title without fr
        (5, 6),  # no such day
        (6, 1),  # no such key
        (7, 1),  # no reason
        (9, 11),  # not a name
        (13, 9),  # cadense
        (14, 15),  # levels
        (15, 20),  # valu
        (16, 28),  # no such period
        (17, 17),  # not a number
        (19, 59),  # neither above nor below
    ]
    assert caught.value.breaches[6].nearest == ("cadence",)
    assert caught.value.breaches[7].nearest == ("level",)


def test_a_segment_that_is_not_defined_has_its_place_and_the_nearest() -> None:
    with pytest.raises(PlanError) as caught:
        plan_from(GOOD.replace("segment: paid_search", "segment: paid_serch", 1))
    (breach,) = caught.value.breaches
    line = GOOD.split("segment: paid_search")[0].count("\n") + 1
    assert (breach.place.line, breach.place.column) == (line, 18)
    assert breach.nearest == ("paid_search",)


def test_what_is_not_yaml_is_told_with_its_place() -> None:
    with pytest.raises(LeadlineError, match=r"plan\.yml:2:8"):
        source_of("a: 1\nb: {c: ]\n")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LeadlineError, match="there is no measurement plan"):
        load_plan(tmp_path / "plan.yml")


def test_everything_in_a_plan_knows_its_place() -> None:
    plan = plan_from(GOOD)
    lines = GOOD.splitlines()
    for kpi in plan.kpis:
        assert f"metric: {kpi.metric}" in lines[kpi.place.line - 1]
    assert "name: dear" in lines[plan.alerts[0].place.line - 1]
    assert plan.alerts[1].condition.versus == "last_year"
    assert plan.objectives[0].kpis[0].owner == "Ada"  # the objective's


def test_the_schema_is_one_and_the_committed_plan_keeps_it() -> None:
    Draft202012Validator.check_schema(read_schema())
    plan = load_plan(ROOT / "plan.yml")
    assert isinstance(plan, Plan)
    assert "schemas/plan.schema.json" in (ROOT / "plan.yml").read_text(encoding="utf-8").splitlines()[0]


def test_every_phrase_has_both_languages_and_the_same_places() -> None:
    import string

    for key, (english, french) in _PHRASES.items():
        places = [
            {f for _, f, _, _ in string.Formatter().parse(t) if f is not None} for t in (english, french)
        ]
        assert english, key
        assert french, key
        if key != "refused":  # the engine's message is English: the French phrase says it by itself
            assert places[0] == places[1], key


def test_every_word_of_the_schema_has_a_french_name() -> None:
    schema = read_schema()
    kinds = {
        "stage": schema["$defs"]["stage"]["enum"],
        "cadence": schema["$defs"]["cadence"]["enum"],
        "severity": schema["$defs"]["severity"]["enum"],
        "lever": schema["properties"]["objectives"]["items"]["properties"]["lever"]["enum"],
        "watch": schema["properties"]["watches"]["items"]["properties"]["name"]["enum"],
        "audience": schema["properties"]["dashboards"]["items"]["properties"]["audience"]["enum"],
    }
    for kind, words in kinds.items():
        for word in words:
            assert f"{kind}_{word}" in _PHRASES
            assert say_of(kind, word, "fr")
