"""KPIs of e-mail, lists, social media, surveys, support, reviews and partners, against the raw exports."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer
from tests.by_hand import audience
from tests.by_hand.rows import month, newest, paris_day, raw

AUDIENCE_MARTS = (
    "fct_email_campaigns", "fct_email_engagement", "fct_subscribers", "fct_list_snapshots",
    "fct_social_accounts", "fct_social_posts", "fct_mentions", "fct_survey_answers", "fct_tickets",
    "fct_reviews", "fct_partners", "fct_partner_days",
)  # fmt: skip


@pytest.fixture(scope="module")
def layer(manifest_path: Path) -> Layer:
    return Layer.load(str(manifest_path))


class Months:
    """Metrics of the product, by month."""

    def __init__(self, layer: Layer, build: duckdb.DuckDBPyConnection) -> None:
        self.layer, self.build = layer, build

    def __call__(self, metric: str, *group_by: str) -> dict[Any, float]:
        names = ["metric_time__month", *group_by]
        table = self.layer.query(metrics=[metric], group_by=names, connection=self.build)
        found = {}
        for row in table.to_pylist():
            cell = (as_day(row["metric_time__month"]), *(row[name] for name in group_by))
            if row[metric] is not None:
                found[cell if group_by else cell[0]] = float(row[metric])
        return found

    def total(self, metric: str) -> float:
        (row,) = self.layer.query(metrics=[metric], connection=self.build).to_pylist()
        return float(row[metric])


def as_day(value: dt.date | dt.datetime) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


@pytest.fixture(scope="module")
def months(layer: Layer, demo_build: duckdb.DuckDBPyConnection) -> Months:
    return Months(layer, demo_build)


def test_email_counts_by_month_are_those_of_the_platforms(months: Months) -> None:
    totals = audience.email_months()
    assert len(totals) >= 12
    assert months("emails_sent") == {when: n["sent"] for when, n in totals.items()}
    assert months("emails_delivered") == {when: audience.delivered(n) for when, n in totals.items()}
    assert months("email_bounces") == {when: n["hard"] + n["soft"] for when, n in totals.items()}
    assert months("email_unique_opens") == {when: n["opens"] for when, n in totals.items()}
    assert months("email_unique_clicks") == {when: n["clicks"] for when, n in totals.items()}
    assert months("email_unsubscribes") == {when: n["unsubscribes"] for when, n in totals.items()}


@pytest.mark.parametrize(
    ("metric", "above", "below"),
    [
        ("open_rate", "opens", "delivered"),
        ("open_rate_sent", "opens", "sent"),
        ("click_rate", "clicks", "delivered"),
        ("click_to_open_rate", "clicks", "opens"),
        ("email_bounce_rate", "bounces", "sent"),
        ("unsubscribe_rate", "unsubscribes", "delivered"),
        ("unsubscribe_rate_sent", "unsubscribes", "sent"),
    ],
)
def test_email_rates_are_ratios_of_sums(months: Months, metric: str, above: str, below: str) -> None:
    """A mean of the campaigns' own rates weighs a send to ten like a send to ten thousand."""
    whole: Counter[str] = Counter()
    expected = {}
    for when, counts in audience.email_months().items():
        counts = counts + Counter(
            delivered=audience.delivered(counts), bounces=counts["hard"] + counts["soft"]
        )
        whole.update(counts)
        if counts[below]:
            expected[when] = counts[above] / counts[below]
    assert months(metric) == pytest.approx(expected)
    assert months.total(metric) == pytest.approx(whole[above] / whole[below])


def test_open_rates_over_sent_and_over_delivered_differ(months: Months) -> None:
    assert months.total("open_rate") > months.total("open_rate_sent")


def test_follow_up_open_rate_is_of_follow_ups_only(months: Months) -> None:
    follow_ups = audience.email_months("follow_up")
    expected = {
        when: n["opens"] / audience.delivered(n) for when, n in follow_ups.items() if audience.delivered(n)
    }
    assert months("follow_up_open_rate") == pytest.approx(expected)
    assert months.total("follow_up_open_rate") != pytest.approx(months.total("open_rate"))


def test_a_campaign_without_a_report_would_be_counted_the_same(demo_build: duckdb.DuckDBPyConnection) -> None:
    """The recipients that Mailchimp lists are those that its reports count, campaign by campaign."""
    listed: dict[str, set[str]] = defaultdict(set)
    for row in raw("mailchimp", "campaign_recipient"):
        listed[row["campaign_id"]].add(row["member_id"])
    opened: dict[str, set[str]] = defaultdict(set)
    for row in raw("mailchimp", "campaign_recipient_activity"):
        if row["action"] == "open":
            opened[row["campaign_id"]].add(row["member_id"])
    found = demo_build.execute(
        "select campaign_id, emails_sent, unique_opens"
        " from intermediate.int_mailchimp_campaigns__from_activity"
    ).fetchall()
    assert found
    assert {(c, sent) for c, sent, _ in found} == {(c, len(members)) for c, members in listed.items()}
    assert {(c, opens) for c, _, opens in found} == {(c, len(opened[c])) for c in listed}


def test_claimed_revenue_is_in_no_metric(demo_build: duckdb.DuckDBPyConnection, manifest_path: Path) -> None:
    """An order counts once for every campaign that its buyer opened: the claim must stay out of revenue."""
    (claimed,) = demo_build.execute(
        "select sum(claimed_revenue) from marts.fct_email_campaigns"
    ).fetchone() or (0,)
    assert float(claimed) == pytest.approx(
        sum(float(row["ecommerce_total_revenue"]) for row in raw("mailchimp", "campaign_report")), abs=0.01
    )
    definitions = manifest_path.read_text(encoding="utf-8")
    assert "emails_delivered" in definitions
    assert "claimed_revenue" not in definitions


def test_list_size_is_who_is_subscribed_at_the_end_of_the_month(months: Months) -> None:
    size = months("list_size")
    assert len(size) >= 12
    assert size == {when: audience.list_size(audience.month_end(when)) for when in size}
    assert months.total("list_size") == size[max(size)]


def test_sign_ups_count_an_address_once_a_list(months: Months) -> None:
    expected = Counter(month(start) for start, _ in audience.subscriptions())
    assert months("list_signups") == dict(expected)


def test_followers_are_the_last_known_of_each_account(months: Months) -> None:
    """A sum over days is thirty times too much; an account without a row on the last day is not at zero."""
    found = months("followers")
    by_network = months("followers", "social_account_day__network")
    assert len(found) >= 12
    for when, total in found.items():
        last = audience.month_end(when)
        assert total == audience.followers(when, last), when
        for network in ("facebook", "instagram", "linkedin"):
            assert by_network.get((when, network), 0) == audience.followers(when, last, network), (
                when,
                network,
            )
    assert months("facebook_fans") == {
        w: n for (w, network), n in by_network.items() if network == "facebook"
    }


def test_a_missing_last_day_is_carried_forward_and_marked(demo_build: duckdb.DuckDBPyConnection) -> None:
    reported = audience.follower_days()
    rows = demo_build.execute(
        "select network || '/' || account_id, date_day, followers, is_carried_forward"
        " from marts.fct_social_accounts"
    ).fetchall()
    carried = 0
    for account, when, number, is_carried in rows:
        known = reported[account]
        assert is_carried == (when not in known), (account, when)
        carried += is_carried
        assert number == known[max(day for day in known if day <= when)], (account, when)
    assert carried > 0


@pytest.mark.parametrize(
    ("metric", "fields"),
    [
        ("social_interactions", ("likes", "comments", "shares")),
        ("social_comments", ("comments",)),
        ("social_shares", ("shares",)),
        ("social_impressions", ("impressions",)),
        ("social_post_reach", ("reach",)),
    ],
)
def test_post_totals_by_network_and_month(months: Months, metric: str, fields: tuple[str, ...]) -> None:
    expected: dict[tuple[Any, Any], float] = defaultdict(float)
    for post in audience.posts():
        expected[post["month"], post["network"]] += sum(float(post[field] or 0) for field in fields)  # type: ignore[arg-type]
    assert months(metric, "social_post__network") == dict(expected)


def test_engagement_rates_have_three_denominators(months: Months) -> None:
    total: Counter[str] = Counter()
    for post in audience.posts():
        for field in ("likes", "comments", "shares", "reach", "impressions"):
            total[field] += post[field]  # type: ignore[assignment, operator]
    interactions = total["likes"] + total["comments"] + total["shares"]
    days = [when for known in audience.follower_days().values() for when in known]
    by_reach, by_impressions, by_followers = (
        months.total(f"engagement_rate_by_{name}") for name in ("reach", "impressions", "followers")
    )
    assert by_reach == pytest.approx(interactions / total["reach"])
    assert by_impressions == pytest.approx(interactions / total["impressions"])
    assert by_followers == pytest.approx(interactions / audience.followers(min(days), max(days)))
    assert months.total("amplification_rate") == pytest.approx(total["shares"] / total["impressions"])
    assert len({round(rate, 6) for rate in (by_reach, by_impressions, by_followers)}) == 3


def test_mentions_and_the_share_of_each_sentiment(months: Months) -> None:
    rows = list(newest(raw("listening", "mention"), "id").values())
    assert months("brand_mentions") == dict(Counter(month(paris_day(row["published_at"])) for row in rows))
    for sentiment in ("positive", "neutral", "negative"):
        share = sum(row["sentiment"] == sentiment for row in rows) / len(rows)
        assert months.total(f"{sentiment}_sentiment_share") == pytest.approx(share)


def test_satisfaction_compares_scales_and_nps_is_recomputed(months: Months) -> None:
    """Averaging the months' NPS, or 8 of 10 with 4 of 5 unscaled, gives another number."""
    rows = list(newest(raw("surveys", "response"), "id").values())
    csat = [row for row in rows if row["survey_type"] == "csat" and row["score"]]
    assert {row["scale_max"] for row in csat} == {"5", "10"}
    satisfied = sum(int(row["score"]) >= {"5": 4, "10": 7}[row["scale_max"]] for row in csat)
    scaled = [
        (int(row["score"]) - int(row["scale_min"])) / (int(row["scale_max"]) - int(row["scale_min"]))
        for row in csat
    ]
    assert months.total("csat") == pytest.approx(satisfied / len(csat))
    assert months.total("csat_average") == pytest.approx(sum(scaled) / len(scaled))
    groups: dict[dt.date, list[int]] = defaultdict(list)
    for row in rows:
        if row["survey_type"] == "nps" and row["score"]:
            groups[month(paris_day(row["submitted_at"]))].append(int(row["score"]))
    assert months("nps") == pytest.approx({when: nps(scores) for when, scores in groups.items()})
    every = [score for scores in groups.values() for score in scores]
    assert months.total("nps") == pytest.approx(nps(every))
    assert months.total("nps") != pytest.approx(sum(map(nps, groups.values())) / len(groups))


def nps(scores: list[int]) -> float:
    return 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)


def test_tickets_and_reviews_fall_on_local_days(months: Months) -> None:
    tickets = newest(raw("support", "ticket"), "id").values()
    assert months("support_tickets") == dict(Counter(month(paris_day(row["created_at"])) for row in tickets))
    reviews = list(newest(raw("reviews", "review"), "id").values())
    assert months("customer_reviews") == dict(Counter(month(paris_day(row["created_at"])) for row in reviews))
    ratings = [int(row["rating"]) for row in reviews if row["rating"]]
    assert months.total("average_rating") == pytest.approx(sum(ratings) / len(ratings))


@pytest.mark.parametrize(("metric", "kind"), [("affiliates", "affiliate"), ("partners", "partner")])
def test_partners_are_counted_at_the_end_of_the_month(months: Months, metric: str, kind: str) -> None:
    found = months(metric)
    assert len(found) >= 6
    assert found == {when: audience.partners(kind, audience.month_end(when)) for when in found}


def test_no_address_passes_staging(demo_build: duckdb.DuckDBPyConnection) -> None:
    texts = demo_build.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where data_type = 'VARCHAR' and table_schema in ('staging', 'intermediate', 'marts')"
    ).fetchall()
    own = [
        t
        for t in texts
        if t[1] in AUDIENCE_MARTS or t[1].split("__")[0] in ("stg_mailchimp", "stg_brevo", "stg_partners")
    ]
    assert len(own) > 60
    for schema, table, column in own:
        (count,) = demo_build.execute(
            f"select count(*) from {schema}.{table} where \"{column}\" like '%@%.%'"
        ).fetchone() or (0,)
        assert count == 0, f"{table}.{column}"


def test_people_are_found_by_their_hashed_address(demo_build: duckdb.DuckDBPyConnection) -> None:
    for table in (
        "fct_subscribers",
        "fct_survey_answers",
        "fct_tickets",
        "fct_reviews",
        "fct_email_engagement",
    ):
        rows, known = demo_build.execute(
            f"select count(*), count(person_key) from marts.{table}"
        ).fetchone() or (0, 0)
        assert rows == known > 0, table


def test_every_count_is_what_the_company_knows_to_be_true(months: Months, truth: dict[str, Any]) -> None:
    """The generator counted these while it made the people up: it does not know our models."""
    known = truth["sales"]
    mailings = [known["email"][name] for name in ("newsletters", "firm_mails", "follow_ups")]
    assert months.total("emails_sent") == sum(m["sent"] for m in mailings)
    assert months.total("email_bounces") == sum(m["hard"] + m["soft"] for m in mailings)
    assert months.total("email_unique_opens") == sum(m["unique_opens"] for m in mailings)
    assert months.total("email_unique_clicks") == sum(m["unique_clicks"] for m in mailings)
    assert months.total("email_unsubscribes") == sum(m["unsubscribed"] for m in mailings)
    follow_ups = known["email"]["follow_ups"]
    delivered = follow_ups["sent"] - follow_ups["hard"] - follow_ups["soft"]
    assert months.total("follow_up_open_rate") == pytest.approx(follow_ups["unique_opens"] / delivered)
    nps_groups = known["nps"]
    answers = nps_groups["promoters"] + nps_groups["passives"] + nps_groups["detractors"]
    score = 100 * (nps_groups["promoters"] - nps_groups["detractors"]) / answers
    assert months.total("nps") == pytest.approx(score)
    satisfied = sum(n for kind, n in known["csat"].items() if kind.endswith(", satisfied"))
    assert months.total("csat") == pytest.approx(satisfied / sum(known["csat"].values()))
    assert months.total("brand_mentions") == sum(known["mentions"].values())
    assert months.total("customer_reviews") == known["reviews"]["published"] + known["reviews"]["hidden"]
    for metric, field in (
        ("social_impressions", "shown"), ("social_post_reach", "reach"), ("social_comments", "comments"),
        ("social_shares", "shares"),
    ):  # fmt: skip
        assert months.total(metric) == sum(network[field] for network in known["posts"].values()), metric


def test_every_month_is_what_the_company_knows_to_be_true(months: Months, truth: dict[str, Any]) -> None:
    known = truth["sales"]
    joined: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for mailing_list in known["lists"].values():
        joined.update(mailing_list["signups"])
        size.update(mailing_list["size_at_month_ends"])
    assert by_label(months("list_signups")) == +joined
    assert by_label(months("list_size")) == +size
    assert by_label(months("support_tickets")) == +Counter(known["tickets"]["by_month"])
    for metric, kind in (("affiliates", "affiliate"), ("partners", "partner")):
        assert by_label(months(metric)) == +Counter({when: n[kind] for when, n in known["partners"].items()})
    fans = by_label(months("facebook_fans"))
    assert fans == {when: n["facebook"] for when, n in known["followers"].items()}


def test_a_row_of_followers_that_never_came_is_the_last_known(months: Months, truth: dict[str, Any]) -> None:
    (trap,) = [trap for trap in truth["traps"] if trap["name"] == "followers_missing"]
    found = by_label(months("followers"))[trap["date"][:7]]
    assert found == trap["right"]
    assert found != trap["wrong"]


def by_label(found: dict[dt.date, float]) -> dict[str, float]:
    """By year and month, months at zero left out."""
    return {when.strftime("%Y-%m"): number for when, number in found.items() if number}
