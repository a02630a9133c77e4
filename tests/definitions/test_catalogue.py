"""Every KPI of the catalogue is defined, said in both languages, and proved by examples."""

from __future__ import annotations

import re
from typing import Any

import pytest

from leadline import Layer
from leadline.meanings import families, plain, synonyms

# The catalogue's `given` names what is meant in words; these are the metrics that carry it, each read off the
# catalogue's formula.
GIVEN = {
    "frequency": {"impressions": "reach_impressions", "reach": "reach"},
    "positive_sentiment_share": {"positive": "positive_mentions"},
    "neutral_sentiment_share": {"neutral": "neutral_mentions"},
    "negative_sentiment_share": {"negative": "negative_mentions"},
    "ctr": {"clicks": "clicks", "impressions": "impressions"},
    "single_page_bounce_rate": {"single_page_sessions": "single_page_sessions", "sessions": "sessions"},
    "engagement_rate_by_reach": {
        "interactions": "social_interactions_with_reach",
        "reach": "social_post_reach",
    },
    "open_rate": {"opens": "email_unique_opens", "delivered": "emails_delivered"},
    "click_to_open_rate": {"clicks": "email_unique_clicks", "opens": "email_unique_opens"},
    "content_conversion_rate": {"downloads": "content_goal_events", "views": "content_page_views"},
    "lead_conversion_rate": {"leads": "leads", "visitors": "unique_visitors"},
    "cost_per_lead": {"spend": "ad_spend", "leads": "leads"},
    "cpc": {"spend": "ad_spend", "clicks": "clicks"},
    "cac": {"customers": "new_customers"},
    "purchase_conversion_rate": {"purchases": "purchases", "visitors": "unique_visitors"},
    "cart_abandonment_rate": {"carts": "carts_created", "bought": "carts_bought"},
    "average_order_value": {"revenue": "revenue", "orders": "purchases"},
    "churn_rate": {"at_start": "customers_at_start", "lost": "customers_lost"},
    # Revenue per customer, margin and churn are ratios themselves: their parts are given.
    "customer_lifetime_value": {"revenue_per_customer": "revenue"},
}
VARIANTS = (
    "open_rate_sent",
    "unsubscribe_rate_sent",
    "lead_to_customer_rate_cohort",
    "cac_paid",
    "csat_average",
)
FRENCH = {
    "le",
    "la",
    "les",
    "de",
    "des",
    "du",
    "un",
    "une",
    "et",
    "ou",
    "par",
    "sur",
    "en",
    "que",
    "qui",
    "dans",
}
FRENCH |= {
    "au",
    "aux",
    "pas",
    "ni",
    "ne",
    "chaque",
    "dont",
    "sans",
    "avec",
    "moins",
    "ceux",
    "à",
    "est",
    "pour",
}
ENGLISH = {
    "the",
    "of",
    "and",
    "with",
    "which",
    "that",
    "is",
    "are",
    "from",
    "not",
    "by",
    "whose",
    "was",
    "were",
}


def examples(metric: Any) -> list[dict[str, Any]]:
    return list(metric.meta.get("examples") or ())


def test_all_of_the_catalogue_is_defined(project: Layer, catalogue: dict[str, Any]) -> None:
    assert len(catalogue) == 104
    assert sorted(catalogue.keys() - project.metrics.keys()) == []


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_that_the_catalogue_names_is_a_metric(name: str, project: Layer) -> None:
    assert name in project.metrics


def test_every_name_in_a_formula_of_the_catalogue_that_reads_as_a_variant_is_defined(
    project: Layer, catalogue: dict[str, Any]
) -> None:
    said = " ".join(f"{row['formula']} {row.get('trap', '')}" for row in catalogue.values())
    named = set(re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", said))
    # Columns and parameters of exports, and the name that is refused.
    fields = {"user_pseudo_id", "ga_session_id", "session_engaged", "page_view", "add_to_cart", "form_submit"}
    assert named - project.metrics.keys() - fields - {"transaction_id", "engagement_rate"} == set()


def test_every_example_of_the_catalogue_is_an_example_of_the_metric(
    project: Layer, catalogue: dict[str, Any]
) -> None:
    missing = []
    for name, row in catalogue.items():
        for wanted in row.get("examples", ()):
            same = [e for e in examples(project.metrics[name]) if e["expect"] == wanted["expect"]]
            carried = {GIVEN[name][key]: v for key, v in wanted["given"].items() if key in GIVEN[name]}
            assert carried, name
            if not any(carried.items() <= e["given"].items() for e in same if "given" in e):
                missing.append((name, wanted))
    assert missing == []


def test_marketing_spend_of_the_catalogues_cac_examples(project: Layer) -> None:
    """The catalogue gives cac's spend as one number; here it is the two parts of marketing spend."""
    parts = ("ad_spend", "other_marketing_costs")
    given = [e["given"] for e in examples(project.metrics["cac"]) if e["expect"] is not None]
    assert [sum(each[part] for part in parts) for each in given] == [10000, 10000]


def test_every_ratio_and_derived_metric_has_a_plain_example_and_one_over_zero(project: Layer) -> None:
    faults = []
    for name, metric in project.metrics.items():
        if metric.type not in ("ratio", "derived"):
            continue
        found = examples(metric)
        plain_cases = [e for e in found if e["expect"] is not None]
        if not plain_cases:
            faults.append(f"{name}: no plain example")
        if name == "marketing_spend":  # a sum: there is nothing to divide by
            continue
        over_zero = [e for e in found if e["expect"] is None and 0 in e.get("given", {}).values()]
        if not over_zero:
            faults.append(f"{name}: no example over zero")
    assert faults == []


def test_every_kpi_of_the_catalogue_has_an_example(project: Layer, catalogue: dict[str, Any]) -> None:
    """One that gives a value: of a count, rows that count and rows that do not."""
    told = {
        name for name in catalogue if any(e["expect"] is not None for e in examples(project.metrics[name]))
    }
    assert sorted(catalogue.keys() - told) == []


def test_every_metric_is_said_in_french_and_in_english(project: Layer) -> None:
    faults = []
    for name, metric in project.metrics.items():
        english, french = metric.description or "", str(metric.meta.get("description_fr") or "")
        words = re.findall(r"[a-zàâçéèêëîïôûù]+", french.lower())
        if not french or french.strip() == english.strip():
            faults.append(f"{name}: no French description")
        elif sum(w in FRENCH for w in words) <= sum(w in ENGLISH for w in words):
            faults.append(f"{name}: not French: {french}")
        if any(w in ("est", "les", "des") for w in re.findall(r"[a-z]+", english.lower())):
            faults.append(f"{name}: not English: {english}")
    assert faults == []


def test_every_kpi_of_the_catalogue_says_what_it_is_not(project: Layer, catalogue: dict[str, Any]) -> None:
    """A definition that only says what it counts leaves the commonest mistake open."""
    silent = []
    for name in catalogue:
        metric = project.metrics[name]
        apart = re.compile(
            r"\b(not|never|only|apart|less than|lower|another|others|upper limit|itself)\b", re.I
        )
        others = set(project.metrics) - {name}
        named = others & set(re.findall(r"[a-z0-9_]+", metric.description or ""))
        if not apart.search(metric.description or "") and not named:
            silent.append(name)
    assert silent == []


def test_every_kpi_of_the_catalogue_has_other_names(project: Layer, catalogue: dict[str, Any]) -> None:
    assert [name for name in catalogue if not synonyms(project.metrics[name])] == []


def test_an_other_name_is_that_of_one_metric(project: Layer) -> None:
    bearers: dict[str, list[str]] = {}
    for metric in project.metrics.values():
        for name in synonyms(metric):
            bearers.setdefault(plain(name), []).append(metric.name)
    assert {name: of for name, of in bearers.items() if len(of) > 1} == {}
    assert {name: of for name, of in bearers.items() if name in map(plain, project.metrics)} == {}
    refused = {plain(name) for family in families() for name in family.names}
    assert refused & bearers.keys() == set()


def test_families_name_metrics_that_exist_once_each_with_both_languages(project: Layer) -> None:
    seen: dict[str, int] = {}
    for family in families():
        metrics = [choice.metric for choice in family.choices]
        assert len(metrics) == len(set(metrics)) > 1
        assert set(metrics) <= project.metrics.keys()
        assert all(choice.en and choice.fr and choice.en != choice.fr for choice in family.choices)
        assert all("\n" not in choice.en + choice.fr for choice in family.choices)
        for name in family.names:
            assert name not in project.metrics, f"{name} is a metric: it answers to its name"
            seen[plain(name)] = seen.get(plain(name), 0) + 1
    assert {name for name, count in seen.items() if count > 2} == set()
