"""Facebook pages, Instagram and LinkedIn pages: the real connector files against plain SQL over the CSVs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

Query = Callable[[str], list[tuple[Any, ...]]]
PREFIXES = {
    "fivetran_facebook_pages_": "fb_",
    "fivetran_instagram_business_": "ig_",
    "fivetran_linkedin_pages_": "li_",
}


@pytest.fixture
def csv(connector_dir: Path) -> Query:
    """Plain SQL over the files; {fb_…}, {ig_…} and {li_…} stand for a file, all columns as text."""

    def query(sql: str) -> list[tuple[Any, ...]]:
        for folder in ("meta_business_suite", "linkedin_pages"):
            for path in (connector_dir / folder).glob("*.csv"):
                name = path.stem.removesuffix("_data")
                for prefix, short in PREFIXES.items():
                    name = name.replace(prefix, short)
                sql = sql.replace(f"{{{name}}}", f"read_csv('{path}', all_varchar = true)")
        return duckdb.connect().execute(sql).fetchall()

    return query


def test_facebook_followers_are_of_the_day_that_the_stamp_closes(
    real_build: duckdb.DuckDBPyConnection, csv: Query
) -> None:
    """07:00 UTC is midnight in California: the row stamped 5 April is about 4 April."""
    reported = csv(
        "select strptime(left(date, 10), '%Y-%m-%d')::date - 1, page_fans::int, page_impressions::int"
        " from {fb_daily_page_metrics_total} order by 1"
    )
    found = real_build.execute(
        "select date_day, followers, impressions from marts.fct_social_accounts"
        " where network = 'facebook' and not is_carried_forward order by 1"
    ).fetchall()
    assert found == reported
    assert str(found[0][0]) == "2020-04-04"
    gap = real_build.execute(
        "select date_day::varchar, followers, impressions from marts.fct_social_accounts"
        " where network = 'facebook' and is_carried_forward order by 1 limit 1"
    ).fetchall()
    assert gap == [("2020-04-07", 257, None)], "the file has no row for 7 April"


def test_facebook_posts_take_their_latest_report(real_build: duckdb.DuckDBPyConnection, csv: Query) -> None:
    """Five reports of the same totals, day after day: their sum is five times the truth."""
    ((posts,),) = csv(
        "select count(*) from (select id from {fb_post_history}"
        " union select post_id from {fb_lifetime_post_metrics_total})"
    )
    ((impressions,),) = csv(
        "select sum(impressions) from (select arg_max(post_impressions::int, date) as impressions"
        " from {fb_lifetime_post_metrics_total} group by post_id)"
    )
    ((every_report,),) = csv("select sum(post_impressions::int) from {fb_lifetime_post_metrics_total}")
    ((shares,),) = csv(
        "select sum(shares) from (select arg_max(share_count::int, updated_time) as shares"
        " from {fb_post_history} group by id)"
    )
    found = real_build.execute(
        "select count(*), sum(impressions), sum(shares) from marts.fct_social_posts"
        " where network = 'facebook'"
    ).fetchall()
    assert found == [(posts, impressions, shares)]
    assert impressions * 4 < every_report


def test_instagram_photos_take_the_photo_columns(real_build: duckdb.DuckDBPyConnection, csv: Query) -> None:
    """Every insight row of the file fills the columns of all kinds; the media are photos."""
    assert csv("select distinct media_type from {ig_media_history}") == [("IMAGE",)]
    expected = csv(
        "select count(*), sum(video_photo_reach::int), sum(video_photo_impressions::int),"
        " sum(like_count::int), sum(comment_count::int), sum(video_photo_shares::int)"
        " from {ig_media_insights}"
    )
    found = real_build.execute(
        "select count(*), sum(reach), sum(impressions), sum(reactions), sum(comments), sum(shares)"
        " from marts.fct_social_posts where network = 'instagram' and reach is not null"
    ).fetchall()
    assert found == expected
    ((media,),) = csv(
        "select count(*) from (select id from {ig_media_history} union select id from {ig_media_insights})"
    )
    assert real_build.execute(
        "select count(*) from marts.fct_social_posts where network = 'instagram'"
    ).fetchall() == [(media,)]


def test_linkedin_posts_take_their_latest_export_and_none_falls_off(
    real_build: duckdb.DuckDBPyConnection, csv: Query
) -> None:
    ((with_statistics, impressions, likes, comments, shares),) = csv(
        "select count(*), sum(i), sum(l), sum(c), sum(s) from (select"
        " arg_max(impression_count::int, _fivetran_synced) i, arg_max(like_count::int, _fivetran_synced) l,"
        " arg_max(comment_count::int, _fivetran_synced) c, arg_max(share_count::int, _fivetran_synced) s"
        " from {li_share_statistic} group by _share_entity_urn)"
    )
    ((posts,),) = csv("select count(distinct id) from {li_ugc_post_history}")
    ((matched,),) = csv(
        "select count(*) from (select distinct split_part(id, ':', 4) as id from {li_ugc_post_history}) join"
        " (select distinct split_part(_share_entity_urn, ':', 4) as id from {li_share_statistic}) using (id)"
    )
    found = real_build.execute(
        "select count(*), count(impressions), sum(impressions), sum(reactions), sum(comments), sum(shares)"
        " from marts.fct_social_posts where network = 'linkedin'"
    ).fetchall()
    assert found == [
        (with_statistics + posts - matched, with_statistics, impressions, likes, comments, shares)
    ]
