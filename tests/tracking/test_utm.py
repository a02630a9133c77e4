"""The UTM convention: what breaks it, what is nearest, links that keep to it, and its dbt tests."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Template

from leadline.check.tracking import tracking_breaches
from leadline.check.utm import build_url, nearest_valid, problem_of, utm_breaches
from leadline.errors import LeadlineError
from leadline.measurement.plan import load_plan, plan_of
from leadline.measurement.source import source_of
from leadline.write.conventions import Days
from leadline.write.plan_tests import plan_test_files
from tests.alerts.conftest import HEAD
from tests.by_hand.rows import raw
from tests.cli.conftest import Leadline
from tests.tracking.conftest import TABLES, TRACKING, UTM
from tests.warehouses import ROOT

DAY = dt.date(2026, 5, 2)
PLAN = plan_of(source_of(HEAD + UTM))
GOOD = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "2026-05-ete"}


def tag(
    database: duckdb.DuckDBPyConnection,
    landed: str = "ga4",
    sessions: int = 0,
    campaign_key: str | None = None,
    spend: float | None = None,
    day: dt.date = DAY,
    orders: int = 0,
    **tags: str | None,
) -> None:
    names = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
    values = [landed, day, *(tags.get(name) for name in names), campaign_key, sessions, orders, spend]
    marks = ", ".join("?" * len(values))
    database.execute(f"insert into marts.fct_utm_tags values ({marks})", values)


def test_tags_that_keep_to_the_convention_break_nothing(database: duckdb.DuckDBPyConnection) -> None:
    tag(database, sessions=3, utm_content="video-b", utm_term="thé vert bio", **GOOD)
    assert utm_breaches(database, PLAN.utm, Days(30)) == []


def test_a_breach_counts_its_sessions_and_the_spend_behind_it(database: duckdb.DuckDBPyConnection) -> None:
    wrong = GOOD | {"utm_medium": "paid_social"}
    tag(database, sessions=3, campaign_key="a", **wrong)
    tag(database, sessions=4, campaign_key="a", utm_content="image-a", **wrong)
    tag(database, sessions=5, campaign_key="b", **wrong)
    tag(database, sessions=9, campaign_key="c", **GOOD)
    for key, spend in (("a", 10.5), ("b", 2), ("c", 99)):
        tag(database, "google_ads", campaign_key=key, spend=spend, utm_campaign="2026-05-ete")
    tag(database, "shopify", orders=2, **wrong)
    told = [
        (b.parameter, b.value, b.problem, b.landed_source, b.sessions, b.orders, b.spend, b.nearest)
        for b in utm_breaches(database, PLAN.utm, Days(30))
    ]
    assert told == [
        ("utm_medium", "paid_social", "not a listed value", "ga4", 12, 0, Decimal("12.5"), "cpc"),
        ("utm_medium", "paid_social", "not a listed value", "shopify", 0, 2, None, "cpc"),
    ]


def test_what_is_required_and_missing(database: duckdb.DuckDBPyConnection) -> None:
    tag(database, sessions=2, utm_source="google")
    told = {(b.parameter, b.value, b.problem) for b in utm_breaches(database, PLAN.utm, Days(30))}
    assert told == {("utm_medium", None, "missing"), ("utm_campaign", None, "missing")}


def test_of_an_ad_platform_only_the_campaigns_name_is_judged(database: duckdb.DuckDBPyConnection) -> None:
    tag(database, "meta_ads", campaign_key="a", spend=7, utm_campaign="Retargeting - Été")
    told = [(b.parameter, b.value, b.spend, b.nearest) for b in utm_breaches(database, PLAN.utm, Days(30))]
    assert told == [("utm_campaign", "Retargeting - Été", Decimal(7), "2026-05-retargeting-ete")]


def test_only_the_days_asked_for_count(database: duckdb.DuckDBPyConnection) -> None:
    tag(database, sessions=1, **GOOD)
    tag(database, sessions=1, day=DAY - dt.timedelta(days=30), **GOOD | {"utm_source": "x"})
    assert utm_breaches(database, PLAN.utm, Days(30)) == []
    assert len(utm_breaches(database, PLAN.utm, Days(31))) == 1


@pytest.mark.parametrize(
    ("parameter", "value", "near"),
    [
        ("utm_source", "GOOGLE", "google"),
        ("utm_source", "gogle", "google"),
        ("utm_source", "fb", "facebook"),
        ("utm_source", "undefined", None),
        ("utm_source", "tiktok", None),
        ("utm_medium", "ppc", "cpc"),
        ("utm_medium", "paid_social", "cpc"),  # by its letters it is nearest to nothing that was paid for
        ("utm_medium", "affiliate", "referral"),
        ("utm_medium", "E-Mail", "email"),
        ("utm_campaign", "2026-11-Noël", "2026-11-noel"),
        ("utm_campaign", "2026_11_noel", "2026-11-noel"),
        ("utm_campaign", "Noël", "2026-05-noel"),
        ("utm_content", "video", "video-a"),
    ],
)
def test_the_nearest_valid_value(parameter: str, value: str, near: str | None) -> None:
    rule = PLAN.utm.rule(parameter)
    assert rule
    assert nearest_valid(PLAN.utm, rule, value, DAY) == near
    assert near is None or problem_of(PLAN.utm, rule, near) is None


VALUES = st.one_of(
    st.none(),
    st.sampled_from(
        ["google", "Google", "cpc", "2026-05-ete", "2026-13-ete", "2026-05-", "a-b", "thé vert", "x\ny"]
    ),
    st.text(alphabet="aZ0é-_ +\n.'{#", min_size=1, max_size=12),
)


@settings(deadline=None)
@given(parameter=st.sampled_from([rule.parameter for rule in PLAN.utm.rules]), value=VALUES)
def test_one_value_is_judged_alike_by_the_link_builder_and_the_database(
    parameter: str, value: str | None
) -> None:
    rule = PLAN.utm.rule(parameter)
    assert rule
    with duckdb.connect() as database:
        database.execute(TABLES)
        tag(database, sessions=1, **GOOD | {parameter: value})
        told = [b.problem for b in utm_breaches(database, PLAN.utm, Days(30)) if b.parameter == parameter]
    assert told == [problem for problem in [problem_of(PLAN.utm, rule, value)] if problem]


def test_a_link_keeps_its_query_and_fragment_and_encodes_its_tags() -> None:
    url = "https://shop.example/thés?couleur=vert%20clair&vide=&x=1#avis"
    tags = GOOD | {"utm_content": "video-b", "utm_term": "thé vert + bio"}
    built = build_url(PLAN.utm, url, tags, DAY)
    assert built.startswith(url.partition("#")[0] + "&utm_source=google&utm_medium=cpc&")
    assert built.endswith("#avis")
    assert parse_qs(urlsplit(built).query)["utm_term"] == ["thé vert + bio"]
    assert "%2B" in built  # a bare + would be read as a blank


def test_an_address_without_path_or_query() -> None:
    assert build_url(PLAN.utm, "https://shop.example", GOOD, DAY) == (
        "https://shop.example/?utm_source=google&utm_medium=cpc&utm_campaign=2026-05-ete"
    )


def test_everything_wrong_with_a_link_is_told_at_once() -> None:
    tags = {"utm_source": "Gogle", "utm_medium": "ppc", "utm_term": "Thé!"}
    with pytest.raises(LeadlineError) as refused:
        build_url(PLAN.utm, "https://shop.example/?utm_source=x", tags, DAY)
    told = str(refused.value)
    for words in (
        "utm_source=x",
        "nearest: google",
        "nearest: cpc",
        "utm_campaign is missing",
        "utm_term 'Thé!'",
    ):
        assert words in told


@pytest.mark.parametrize(
    "url", ["shop.example", "ftp://shop.example/", "https://", "https:///path", "mailto:a@b.c"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(LeadlineError, match="not a web address"):
        build_url(PLAN.utm, url, GOOD, DAY)


def test_the_command_writes_a_link(leadline: Leadline, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    plan.write_text(HEAD + UTM, encoding="utf-8")
    common = ("utm", "build", "--plan", str(plan), "--campaign", "2026-05-ete", "https://a.example/p?q=1")
    done = leadline(*common, "--source", "google", "--medium", "cpc")
    expected = "https://a.example/p?q=1&utm_source=google&utm_medium=cpc&utm_campaign=2026-05-ete\n"
    assert (done.code, done.out) == (0, expected)
    refused = leadline(*common, "--source", "google", "--medium", "ppc")
    assert (refused.code, refused.out) == (2, "")
    assert "nearest: cpc" in refused.err


def test_the_demonstration_companys_tagged_orders_equal_the_raw_export(
    demo_build: duckdb.DuckDBPyConnection,
) -> None:
    newest = {row["id"]: row for row in sorted(raw("shopify", "order"), key=lambda r: r["_fivetran_synced"])}
    counts: Counter[tuple[str | None, ...]] = Counter()
    for row in newest.values():
        query = parse_qs(urlsplit(row["landing_site_base_url"]).query)
        names = ("utm_source", "utm_medium", "utm_campaign")
        if any(name in query for name in names) and row["test"].lower() != "true":
            counts[tuple(query.get(name, [None])[0] for name in names)] += 1
    told = demo_build.execute(
        "select utm_source, utm_medium, utm_campaign, sum(orders) from marts.fct_utm_tags "
        "where landed_source = 'shopify' group by all"
    ).fetchall()
    assert counts
    assert {tuple(row[:3]): int(row[3]) for row in told} == dict(counts)


def test_the_demonstration_company_breaks_its_convention_where_it_was_planted(
    demo_build: duckdb.DuckDBPyConnection,
) -> None:
    plan = load_plan(ROOT / "plan.yml")
    told = {(b.parameter, b.value): b.nearest for b in utm_breaches(demo_build, plan.utm, Days(5000))}
    assert told["utm_medium", "paid_social"] == "cpc"
    assert told["utm_medium", "affiliate"] == "referral"
    assert told["utm_source", "GOOGLE"] == "google"
    # Referred and direct visits carry no tag, so that none of theirs is judged.
    assert not [value for _, value in told if value and value.endswith((".com", ".example"))]


@pytest.mark.parametrize(
    ("severity", "level"), [("info", "warn"), ("warning", "warn"), ("critical", "error")]
)
def test_the_dbt_tests_have_the_plans_severity(severity: str, level: str) -> None:
    plan = plan_of(source_of((HEAD + TRACKING + UTM).replace("severity: warning", f"severity: {severity}")))
    files = plan_test_files(plan)
    assert set(files) == {"plan_tracking.sql", "plan_utm.sql"}
    assert all(f"{{{{ config(severity='{level}') }}}}" in text for text in files.values())


def test_dbt_build_warns_of_as_many_breaches_as_the_commands_list(
    demo_build: duckdb.DuckDBPyConnection, demo_folder: Path
) -> None:
    plan = load_plan(ROOT / "plan.yml")
    results = json.loads((demo_folder / "target" / "run_results.json").read_bytes())["results"]
    told = {r["unique_id"].split(".")[2]: (r["status"], r["failures"]) for r in results}
    tracking = len(tracking_breaches(demo_build, plan.tracking, Days(plan.tracking.days)))
    utm = len(utm_breaches(demo_build, plan.utm, Days(plan.utm.days)))
    assert (tracking, utm) > (0, 0)
    assert told["plan_tracking"] == ("warn", tracking)
    assert told["plan_utm"] == ("warn", utm)


def test_the_committed_dbt_tests_are_those_of_the_plan() -> None:
    for name, text in plan_test_files(load_plan(ROOT / "plan.yml")).items():
        assert (ROOT / "data_tests" / "plan" / name).read_text(encoding="utf-8") == text


def test_braces_in_a_pattern_do_not_reach_jinja() -> None:
    text = (HEAD + UTM).replace(
        "'[a-z0-9]+-[a-z0-9]+(-[a-z0-9]+)*'}\n    - {parameter: utm_term",
        "'a{{1}}{#'}\n    - {parameter: utm_term",
    )
    files = plan_test_files(plan_of(source_of(text)))
    body = files["plan_utm.sql"].split("\n", 2)[2]
    assert Template(body).render(ref=str).count("^(?:a{{1}}{#)$") == 1
