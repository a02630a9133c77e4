"""Exports of a company up to a day, and those of the next: what came, was restated, or changed long after.

Made of the demonstration's exports by DuckDB alone. A test lands the first, builds, lands the second,
refreshes, and holds the result to a whole build.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import yaml

STAGING: Final = Path(__file__).parents[2] / "models" / "staging"
RESTATED_AFTER: Final = dt.timedelta(days=40)

# What changes on the last day in tables that hold the past too: rows that replace or join those of the day
# before. `{table}` is one whole export, `{day}` the last day, `{old}` the restated one.
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "shopify/customer": (
        # New customers, one of whom has ordered.
        "select * replace (concat(id, '9') as id, concat('new.', email) as email, "
        "{day} as created_at, {day} as updated_at) "
        "from {shopify/customer} order by id limit 2",
        # One customer takes the address of another: two people become one.
        "select * replace ((select max(email) from {shopify/customer}) as email, {day} as updated_at) "
        "from {shopify/customer} where email is not null order by id limit 1 offset 4",
    ),
    "shopify/order": (
        "select * replace (concat(id, '9') as id, concat(name, '9') as name, "
        "(select concat(min(id), '9') from {shopify/customer}) as customer_id, null as email, "
        "{day} + interval 9 hour as created_at, {day} + interval 9 hour as processed_at) "
        "from {shopify/order} where cancelled_at is null and not test order by id limit 1",
        "select * replace ({day} + interval 10 hour as cancelled_at) "
        "from {shopify/order} where cancelled_at is null and created_at < {old} order by id limit 1 offset 3",
    ),
    "shopify/order_line": (
        "select lines.* replace (concat(order_id, '9') as order_id, concat(id, '9') as id) "
        "from {shopify/order_line} as lines where order_id = "
        "(select min(id) from {shopify/order} where cancelled_at is null and not test)",
    ),
    # An order of long ago is given back.
    "shopify/refund": (
        "select * replace ('88' as id, (select min(id) from {shopify/order} where id not in "
        "(select order_id from {shopify/refund})) as order_id, {day} as created_at, {day} as processed_at) "
        "from {shopify/refund} limit 1",
    ),
    "shopify/order_line_refund": (
        "select * replace ('89' as id, '88' as refund_id, (select min(id) from {shopify/order_line} "
        "where order_id = (select min(id) from {shopify/order} where id not in "
        "(select order_id from {shopify/refund}))) as order_line_id, "
        "1 as quantity, 5 as subtotal, 0.25 as total_tax) from {shopify/order_line_refund} limit 1",
    ),
    # A variant moves to another product; another takes a SKU that was one product's.
    "shopify/product_variant": (
        "select * replace ((select max(product_id) from {shopify/product_variant}) as product_id) "
        "from {shopify/product_variant} order by id limit 1",
        "select * replace (concat(id, '9') as id, (select max(sku) from {shopify/product_variant}) as sku) "
        "from {shopify/product_variant} order by id limit 1 offset 2",
    ),
    "shopify/inventory_item": (
        "select * replace (cost + 1 as cost) from {shopify/inventory_item} order by id limit 2",
    ),
    "mailchimp/member": (
        "select * replace ('unsubscribed' as status, {day} as last_changed) "
        "from {mailchimp/member} where status = 'subscribed' order by id limit 3",
        "select * replace (concat(id, '9') as id, concat('new.', trim(email_address)) as email_address, "
        "{day} as timestamp_signup, {day} as timestamp_opt, {day} as last_changed) "
        "from {mailchimp/member} order by id limit 1",
    ),
    "mailchimp/unsubscribe": (
        "select * replace ((select min(id) from {mailchimp/member} where status = 'subscribed') "
        "as member_id, {day} as timestamp) from {mailchimp/unsubscribe} order by member_id limit 1",
    ),
    # A mail of long ago is sent to one more, and clicked; another campaign has a new title.
    "mailchimp/campaign_recipient": (
        "select * replace ('m999' as member_id) "
        "from {mailchimp/campaign_recipient} order by campaign_id limit 1",
    ),
    "mailchimp/campaign_recipient_activity": (
        "select * replace ('click' as action, {day} as timestamp, 'https://example.com/late' as url) "
        "from {mailchimp/campaign_recipient_activity} where action = 'open' and timestamp < {old} "
        "order by all limit 2",
    ),
    "mailchimp/campaign": (
        "select * replace (concat(title, ' (bis)') as title) from {mailchimp/campaign} order by id limit 1",
    ),
    "brevo/contact": (
        "select * replace ({day} as unsubscribed_at, {day} as modified_at) "
        "from {brevo/contact} where unsubscribed_at is null order by id limit 2",
    ),
    # One contact is merged into another; a lead qualifies; one wins.
    "hubspot/contact": (
        "select * replace ((select max(id) from {hubspot/contact}) as property_hs_merged_object_ids) "
        "from {hubspot/contact} where property_hs_merged_object_ids is null order by id limit 1",
        "select * replace (true as _fivetran_deleted) "
        "from {hubspot/contact} where id = (select max(id) from {hubspot/contact})",
        "select * replace ({day} as property_hs_lifecyclestage_marketingqualifiedlead_date) "
        "from {hubspot/contact} "
        "where property_hs_lifecyclestage_marketingqualifiedlead_date is null order by id limit 2 offset 5",
    ),
    "hubspot/deal": (
        "select * replace ('closedwon' as deal_pipeline_stage_id, {day} as property_closedate) "
        "from {hubspot/deal} where deal_pipeline_stage_id = 'proposal' order by deal_id limit 1",
    ),
    "google_ads/campaign_history": (
        "select * replace (concat(name, '-new') as name, {day} as updated_at) "
        "from {google_ads/campaign_history} order by id, updated_at desc limit 1",
    ),
    "exchange_rates/rate": (
        "select * replace (rate * 1.01 as rate) from {exchange_rates/rate} where date = cast({old} as date)",
    ),
    "ga4/events": (
        # A thank-you page is loaded again, long after: the transaction is sent twice.
        "select * replace (strftime({day}, '%Y%m%d') as event_date, "
        "cast(epoch_us({day} + interval 13 hour) as bigint) as event_timestamp) from {ga4/events} "
        "where event_name = 'purchase' and event_date < strftime({old}, '%Y%m%d') "
        "order by event_timestamp limit 1",
        # A device of long ago is back with the user_id of a customer whom it was not known to be.
        "select * replace (strftime({day}, '%Y%m%d') as event_date, "
        "(select min(id) from {shopify/customer}) as user_id, "
        "cast(epoch_us({day} + interval 12 hour) as bigint) as event_timestamp) from {ga4/events} "
        "where user_pseudo_id = (select min(user_pseudo_id) from {ga4/events} where user_id is null "
        "and event_date < strftime({old}, '%Y%m%d')) and event_name = 'page_view' limit 1",
    ),
}

# What is another in all exports: half of the events name a product by a variant, whose product may change.
GIVEN: Final[Mapping[str, str]] = {
    "ga4/events": "case when event_timestamp // 1000000 % 2 = 0 then list_transform("
    "items, lambda item: struct_update(item, item_id := replace(item.item_id, '81000', '82000'))) "
    "else items end as items",
}


@dataclass(frozen=True, slots=True)
class _Exports:
    connection: duckdb.DuckDBPyConnection
    folder: Path
    last: dt.date

    def tables(self) -> list[str]:
        found = {"/".join(path.relative_to(self.folder).parts[:2]) for path in self.folder.rglob("*.parquet")}
        return sorted(name.removesuffix(".parquet") for name in found)

    def relation(self, table: str) -> str:
        pattern = f"{self.folder / table}.parquet"
        if not Path(pattern).is_file():
            pattern = f"{self.folder / table}/**/*.parquet"
        rows = f"read_parquet('{pattern}', hive_partitioning = false)"
        return f"(select * replace ({GIVEN[table]}) from {rows})" if table in GIVEN else rows

    def changes(self, table: str) -> Iterator[str]:
        names = {name: self.relation(name) for name in self.tables()}
        names |= {"day": f"timestamp '{self.last}'", "old": f"timestamp '{self.last - RESTATED_AFTER}'"}
        for query in CHANGES.get(table, ()):
            for name, relation in names.items():
                query = query.replace(f"{{{name}}}", relation)
            yield f"({query})"

    def put(self, queries: list[str], table: str, folder: Path) -> None:
        query = " union all by name ".join(queries)
        found = self.connection.execute(f"select count(*) from ({query})").fetchone()
        if found and found[0]:
            out = folder / f"{table}.parquet"
            out.parent.mkdir(parents=True, exist_ok=True)
            self.connection.execute(f"copy ({query}) to '{out}' (format parquet)")


def write(exports: Path, base: Path, day: Path, last: dt.date) -> None:
    """Cut exports in two: `base` up to the day before `last`, and `day`, that of `last`.

    The second has the last two days of every daily table, one day long past again with rows that are gone,
    and `CHANGES`.
    """
    days = _days()
    with duckdb.connect() as connection:
        cut = _Exports(connection, exports, last)
        for table in cut.tables():
            rows = f"from {cut.relation(table)}"
            column = days.get(table)
            came = list(cut.changes(table))
            if column is None:
                cut.put([f"({rows})"], table, base)
            else:
                of = f"cast({column} as date)"
                again = f"{of} in (date '{last}', date '{last - dt.timedelta(days=1)}')"
                if table == "ga4/events":
                    again += f" or {of} = date '{last - RESTATED_AFTER}' and event_timestamp % 7 <> 0"
                cut.put([f"({rows} where coalesce({of} < date '{last}', true))"], table, base)
                came.append(f"({rows} where {again})")
            if came:
                later = "select * replace (_fivetran_synced + interval 1 day as _fivetran_synced) from"
                synced = table != "ga4/events"
                cut.put([f"({later} {query})" if synced else query for query in came], table, day)


def _days() -> dict[str, str]:
    """The column of each daily table that bears its day, as the sources' contracts say."""
    found = {}
    for path in sorted(STAGING.glob("*/_*sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                column = _day(table)
                if column:
                    found[f"{source['name']}/{table['name']}"] = column
    return found


def _day(table: Mapping[str, Any]) -> str | None:
    told = (table.get("config", {}).get("meta") or table.get("meta") or {}).get("leadline", {}).get("day")
    names = [column["name"] for column in table["columns"]]
    return told or next((name for name in names if name in ("date", "day")), None)
