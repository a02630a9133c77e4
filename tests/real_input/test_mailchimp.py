"""Mailchimp's real connector files: no campaign reports, so campaigns are counted from their recipients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def csv(connector_dir: Path) -> Query:
    """Plain SQL over the files; {name} stands for a file."""

    def query(sql: str) -> list[tuple[Any, ...]]:
        files = {
            path.stem: f"read_csv('{path}')" for path in (connector_dir / "mailchimp").glob("fivetran_*.csv")
        }
        for name, reader in files.items():
            sql = sql.replace(f"{{{name}}}", reader)
        return duckdb.connect().execute(sql).fetchall()

    return query


def test_a_campaign_is_counted_from_its_recipients(real_build: duckdb.DuckDBPyConnection, csv: Query) -> None:
    ((sent,),) = csv("select count(distinct member_id) from {fivetran_campaign_recipient}")
    ((opens, unique_opens),) = csv(
        "select count(*), count(distinct member_id) from {fivetran_campaign_recipient_activity}"
        " where action = 'open'"
    )
    ((clicks, unique_clicks),) = csv(
        "select count(*), count(distinct member_id) from {fivetran_campaign_recipient_activity}"
        " where action = 'click'"
    )
    found = real_build.execute(
        "select counted_from, emails_sent, bounces, emails_delivered, total_opens, unique_opens,"
        " total_clicks, unique_clicks from marts.fct_email_campaigns where platform = 'mailchimp'"
    ).fetchall()
    assert found == [("recipient_activity", sent, 0, sent, opens, unique_opens, clicks, unique_clicks)]
    assert (sent, opens, unique_opens, clicks, unique_clicks) == (10, 12, 7, 5, 2), (
        "as counted in the files by eye"
    )


def test_an_unsubscription_through_another_mail_is_not_the_campaigns(
    real_build: duckdb.DuckDBPyConnection, csv: Query
) -> None:
    """The file's only unsubscription came through an automation's e-mail, not among the campaigns."""
    assert csv(
        "select count(*) from {fivetran_unsubscribe} join {fivetran_campaign} on campaign_id = id"
    ) == [(0,)]
    assert real_build.execute("select sum(unsubscribes) from marts.fct_email_campaigns").fetchall() == [(0,)]
    assert real_build.execute(
        "select count(*) from marts.fct_subscribers where not is_active"
    ).fetchall() == [(1,)]


def test_every_member_of_every_list_is_a_subscriber(
    real_build: duckdb.DuckDBPyConnection, csv: Query
) -> None:
    members = csv(
        "select list_id, count(*), count(*) filter (status = 'subscribed')"
        " from {fivetran_member} group by 1 order by 1"
    )
    found = real_build.execute(
        "select list_id, count(*), count(*) filter (is_active)"
        " from marts.fct_subscribers group by 1 order by 1"
    ).fetchall()
    assert found == members
    last = real_build.execute(
        "select list_id, arg_max(active_subscribers, date_day)"
        " from marts.fct_list_snapshots group by 1 order by 1"
    ).fetchall()
    assert last == [(list_id, active) for list_id, _, active in members]
