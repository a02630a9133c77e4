"""Meta Business Suite and LinkedIn Pages: charts, days and posts, worked by hand in both languages."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import EXPORTED, landed, landed_all

DAY_1, DAY_2 = dt.date(2026, 1, 30), dt.date(2026, 1, 31)

CHART = 'sep=,\r\n"Facebook views"\r\n"Date","Primary"\r\n"2026-01-30T00:00:00+01:00","1250"\r\n"2026-01-31T00:00:00+01:00","980"\r\n'
CHARTS_FR = (
    'sep=,\r\n"Couverture Instagram"\r\n"Date","Primary"\r\n"2026-01-30T00:00:00","12"\r\n\r\n'
    '"Abonnements Instagram"\r\n"Date","Primary"\r\n"2026-01-30T00:00:00","3"\r\n"2026-01-31T00:00:00","4"\r\n'
)
POSTS = (
    '"Post ID","Page ID","Page name",Title,Description,"Duration (sec)","Publish time","Caption type",Permalink,"Is crosspost",'
    '"Post type",Languages,"Custom labels",Date,Views,Reach,"Reactions, Comments and Shares",Reactions,Comments,Shares,Comments,"Total clicks","Link Clicks"\n'
    '122001,900,"Maison Oriane",,"First line\nsecond, with a comma",0,"01/31/2026 23:30",,https://www.facebook.com/1,0,Photos,,,Lifetime,1500,1200,30,20,7,3,7,55,12\n'
    '122002,900,"Maison Oriane",Tea,Tea,31,"01/13/2026 10:00",,https://www.facebook.com/2,0,Videos,,,Lifetime,800,,4,4,0,0,0,9,\n'
)
POSTS_FR = (
    "ID de la publication;ID de la Page;Nom de la Page;Titre;Heure de publication;Type de publication;Vues;Couverture;"
    "Réactions, commentaires et partages;Réactions;Commentaires;Partages;Clics sur un lien\n"
    "122001;900;Maison Oriane;Thé;31/01/2026 23:30;Photos;1500;1200;30;20;7;3;12\n"
)
MEDIA = (
    '"Post ID","Account ID","Account username","Account name",Description,"Duration (sec)","Publish time",Permalink,"Post type",Date,Views,Reach,Likes,Shares,Follows,Comments,Saves\n'
    '180001,178,maisonoriane,"Maison Oriane",Tea,0,"01/31/2026 10:00",https://www.instagram.com/p/1,IG image,Lifetime,500,400,30,2,1,5,6\n'
    '180002,178,maisonoriane,"Maison Oriane",Reel,12,"01/30/2026 10:00",https://www.instagram.com/p/2,IG reel,Lifetime,900,700,40,3,0,4,1\n'
    '180003,178,maisonoriane,"Maison Oriane",Story,0,"01/29/2026 10:00",https://www.instagram.com/p/3,IG story,Lifetime,90,80,0,0,0,0,0\n'
)


def test_a_chart_is_one_metric_of_one_network() -> None:
    result = landed(CHART.encode("utf-16"), account="900")
    assert result.format == "meta_suite_insights"
    rows = result.table("meta_business_suite.insight", "date")
    assert [(r["account_id"], r["network"], r["metric"], r["date"], r["value"]) for r in rows] == [
        ("900", "facebook", "views", DAY_1, 1250.0),
        ("900", "facebook", "views", DAY_2, 980.0),
    ]
    result.accounted(lines=5, accepted=2)


def test_charts_follow_one_another_in_a_file() -> None:
    result = landed_all(CHARTS_FR.encode("utf-16-le"), account="178")
    rows = result.table("meta_business_suite.insight", "metric", "date")
    assert [(r["network"], r["metric"], r["date"], r["value"]) for r in rows] == [
        ("instagram", "follows", DAY_1, 3.0),
        ("instagram", "follows", DAY_2, 4.0),
        ("instagram", "reach", DAY_1, 12.0),
    ]
    # sep=, 2 titles, 2 headers, 3 rows and a blank.
    result.accounted(lines=9, accepted=3)


def test_a_chart_of_no_account_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(CHART)
    assert refused.value.code == "no-account"


def test_facebook_posts() -> None:
    result = landed(POSTS, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("meta_suite_posts", "en")
    posts = result.table("meta_business_suite.post_history", "id")
    assert [(p["id"], p["created_time"], p["status_type"], p["share_count"]) for p in posts] == [
        ("900_122001", dt.datetime(2026, 1, 31, 22, 30), "photos", 3),
        ("900_122002", dt.datetime(2026, 1, 13, 9), "videos", 0),
    ]
    assert posts[0]["message"] == "First line\nsecond, with a comma"
    metrics = result.table("meta_business_suite.lifetime_post_metrics_total", "post_id")
    keep = (
        "post_impressions",
        "post_impressions_unique",
        "post_reactions_like_total",
        "post_activity_by_action_type_comment",
        "post_clicks",
    )
    assert [tuple(m[c] for c in keep) for m in metrics] == [(1500, 1200, 20, 7, 12), (800, None, 4, 0, 9)]
    assert {m["date"] for m in metrics} == {EXPORTED}
    assert [(p["id"], p["name"]) for p in result.table("meta_business_suite.page")] == [
        ("900", "Maison Oriane")
    ]
    result.accounted(lines=4, accepted=2)


def test_posts_day_by_day_are_refused() -> None:
    by_day = POSTS.replace("Lifetime,800", "01/13/2026,800").replace("Lifetime,1500", "01/31/2026,1500")
    with pytest.raises(Refusal) as refused:
        landed(by_day, time_zone="Europe/Paris")
    assert refused.value.code == "part-of-whole"


def test_facebook_posts_in_french() -> None:
    result = landed(POSTS_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("meta_suite_posts", "fr")
    (post,) = result.table("meta_business_suite.post_history")
    assert (post["id"], post["created_time"]) == ("900_122001", dt.datetime(2026, 1, 31, 22, 30))


def test_a_repeated_column_that_says_something_else_is_quarantined() -> None:
    wrong = POSTS.replace(",30,20,7,3,7,55,12", ",30,20,7,3,8,55,12")
    result = landed(wrong, time_zone="Europe/Paris", max_bad=0.7)
    assert len(result.table("meta_business_suite.post_history")) == 1
    # The record at fault has a second line.
    result.accounted(lines=4, accepted=1, quarantined=1)


def test_instagram_media_fill_the_columns_of_their_kind() -> None:
    result = landed(MEDIA, time_zone="UTC")
    assert result.format == "meta_suite_media"
    media = result.table("meta_business_suite.instagram_media_history", "id")
    assert [(m["id"], m["media_type"], m["is_story"], m["user_id"]) for m in media] == [
        ("180001", "IMAGE", False, "178"),
        ("180002", "REELS", False, "178"),
        ("180003", "IMAGE", True, "178"),
    ]
    insights = result.table("meta_business_suite.instagram_media_insights", "id")
    filled = [
        {k: v for k, v in row.items() if k.endswith(("_reach", "_views", "_saved")) and v is not None}
        for row in insights
    ]
    assert filled == [
        {"video_photo_reach": 400, "video_photo_views": 500, "video_photo_saved": 6},
        {"reel_reach": 700, "reel_views": 900},
        {"story_reach": 80, "story_views": 90},
    ]
    assert [row["like_count"] for row in insights] == [30, 40, 0]


LINKEDIN_FOLLOWERS = "Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers\n01/30/2026,1,4,2,7\n01/31/2026,0,3,0,3\n"
LINKEDIN_DAYS = (
    '"Aggregated engagement metrics for your page, by day."\n'
    "Date,Impressions (organic),Impressions (sponsored),Impressions (total),Unique impressions (organic),Clicks (organic),Clicks (sponsored),Clicks (total),Reactions (total),Comments (total),Reposts (total),Engagement rate (total)\n"
    "01/30/2026,500,100,600,300,20,5,25,12,3,1,0.068\n01/31/2026,400,0,400,250,10,0,10,6,0,0,0.04\n"
)
LINKEDIN_POSTS = (
    '"All posts of your page, with their figures since publication."\n'
    "Post title,Post link,Post type,Campaign name,Posted by,Created date,Campaign start date,Campaign end date,Audience,Impressions,Views,Offsite Views,Clicks,Click through rate (CTR),Likes,Comments,Reposts,Follows,Engagement rate,Content Type\n"
    '"Tea, and more\nof it",https://www.linkedin.com/feed/update/urn:li:activity:7123456789,Organic,,Eve,01/30/2026,,,All followers,"1,200",,,60,0.05,30,4,2,1,0.08,Image\n'
)


def test_linkedin_followers_are_those_won() -> None:
    result = landed(LINKEDIN_FOLLOWERS, name="maison-oriane_followers_1769900000.csv", account="2468")
    assert result.format == "linkedin_page_followers"
    rows = result.table("linkedin_pages.organization_daily_follower", "day")
    assert [
        (
            r["organization_id"],
            r["day"],
            r["organic_follower_gain"],
            r["paid_follower_gain"],
            r["total_follower_gain"],
        )
        for r in rows
    ] == [
        ("2468", DAY_1, 6, 1, 7),
        ("2468", DAY_2, 3, 0, 3),
    ]
    result.accounted(lines=3, accepted=2)


def test_linkedin_days_have_a_line_of_explanation_above() -> None:
    result = landed(LINKEDIN_DAYS, account="2468")
    assert result.format == "linkedin_page_days"
    rows = result.table("linkedin_pages.organization_daily_statistic", "day")
    assert [(r["day"], r["impression_count"], r["click_count"]) for r in rows] == [
        (DAY_1, 600, 25),
        (DAY_2, 400, 10),
    ]
    result.accounted(lines=4, accepted=2)


def test_linkedin_visitors() -> None:
    text = (
        "Date,Overview page views (total),Overview unique visitors (total),Total page views (desktop),Total page views (mobile),Total page views (total),Total unique visitors (desktop),Total unique visitors (mobile),Total unique visitors (total)\n"
        "01/30/2026,5,4,6,3,9,4,2,6\n01/31/2026,1,1,1,1,2,1,1,2\n"
    )
    result = landed(text, account="2468")
    assert result.format == "linkedin_page_visitors"
    rows = result.table("linkedin_pages.organization_daily_visitor", "day")
    assert [(r["page_views"], r["unique_visitors"]) for r in rows] == [(9, 6), (2, 2)]


def test_linkedin_posts() -> None:
    result = landed(LINKEDIN_POSTS, account="2468")
    assert result.format == "linkedin_page_posts"
    (post,) = result.table("linkedin_pages.ugc_post_history")
    assert (post["id"], post["author"], post["first_published_at"]) == (
        "urn:li:activity:7123456789",
        "urn:li:organization:2468",
        dt.datetime(2026, 1, 30),
    )
    (totals,) = result.table("linkedin_pages.share_statistic")
    assert (
        totals["impression_count"],
        totals["click_count"],
        totals["like_count"],
        totals["share_count"],
    ) == (1200, 60, 30, 2)
    assert totals["_share_entity_urn"] == post["id"]
    result.accounted(lines=4, accepted=1)


def test_linkedin_pages_in_french() -> None:
    text = "Date;Abonnés sponsorisés;Abonnés organiques;Abonnés invités automatiquement;Total des abonnés\n30/01/2026;1;4;2;7\n"
    result = landed(text, account="2468")
    assert (result.format, result.language) == ("linkedin_page_followers", "fr")
    (row,) = result.table("linkedin_pages.organization_daily_follower")
    assert (row["day"], row["total_follower_gain"]) == (DAY_1, 7)


def test_a_linkedin_workbook_has_days_and_people_in_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    days = book.active
    assert days is not None
    days.title = "New followers"
    for row in csv.reader(io.StringIO(LINKEDIN_FOLLOWERS)):
        days.append(row)
    for title, header, rows in (
        ("Location", ["Location", "Total followers"], [["Paris, France", 120], ["Lyon, France", 30]]),
        ("Seniority", ["Seniority", "Total followers"], [["Senior", 90]]),
    ):
        sheet = book.create_sheet(title)
        for cells in [header, *rows]:
            sheet.append(cells)
    book.save(tmp_path / "maison_followers_1769900000.xlsx")
    result = landed_all(tmp_path / "maison_followers_1769900000.xlsx", account="2468")
    days_won = result.table("linkedin_pages.organization_daily_follower", "day")
    assert [(r["day"], r["total_follower_gain"]) for r in days_won] == [(DAY_1, 7), (DAY_2, 3)]
    people = result.table("linkedin_pages.organization_demographic", "name")
    assert [(r["measure"], r["dimension"], r["name"], r["value"]) for r in people] == [
        ("followers", "location", "Lyon, France", 30),
        ("followers", "location", "Paris, France", 120),
        ("followers", "seniority", "Senior", 90),
    ]
    result.accounted(lines=8, accepted=5)
