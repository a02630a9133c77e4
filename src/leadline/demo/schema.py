"""The raw contract: which columns every raw table has, and of which type.

A spec is one line of `name type` pairs; the types are those of the contract: v text, i whole number, d
decimal number, b boolean, D day, T timestamp (UTC, without zone). The nested GA4 columns have their Arrow
types spelled out below.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

NEVER = -1  # in an array of times or days: it did not happen, NULL

_TRAFFIC = "source v, medium v"

CONTRACT: dict[str, dict[str, str]] = {
    "google_ads": {
        "account_history": "id v, updated_at T, currency_code v, descriptive_name v, time_zone v",
        "campaign_history": "id v, updated_at T, name v, customer_id v, advertising_channel_type v,"
        " advertising_channel_subtype v, start_date D, end_date D, serving_status v, status v",
        "campaign_stats": "_fivetran_id v, customer_id v, date D, ad_network_type v, device v, id v,"
        " impressions i, clicks i, interactions i, cost_micros i, conversions d, conversions_value d,"
        " view_through_conversions i",
        "campaign_conversion_stats": "_fivetran_id v, customer_id v, date D, id v, conversion_action_name v,"
        " conversion_action_category v, conversions d, conversions_value d",
        "keyword_stats": "_fivetran_id v, customer_id v, date D, campaign_id v, ad_group_id v,"
        " ad_group_criterion_criterion_id v, keyword_text v, ad_network_type v, device v, impressions i,"
        " clicks i, cost_micros i, conversions d, conversions_value d, quality_score i",
    },
    "meta_ads": {
        "account_history": "id v, name v, currency v, timezone_name v",
        "campaign_history": "id v, account_id v, name v, updated_time T, objective v",
        "ad_history": "id v, account_id v, ad_set_id v, campaign_id v, name v, updated_time T",
        "basic_ad": "ad_id v, date D, account_id v, impressions i, inline_link_clicks i, clicks i, spend"
        " d, reach i",
        "basic_ad_actions": "_fivetran_id v, ad_id v, date D, index i, action_type v, value d, _7_d_click d,"
        " _1_d_view d, inline d",
        "basic_ad_action_values": "_fivetran_id v, ad_id v, date D, index i, action_type v, value d,"
        " _7_d_click d, _1_d_view d",
        "period_insights": "account_id v, campaign_id v, date_start D, date_stop D, impressions i, reach"
        " i, frequency d, spend d, estimated_ad_recallers i",
    },
    "linkedin_ads": {
        "account_history": "id v, last_modified_time T, created_time T, name v, currency v, version_tag v",
        "campaign_group_history": "id v, last_modified_time T, account_id v, created_time T, name v",
        "campaign_history": "id v, last_modified_time T, account_id v, campaign_group_id v, created_time"
        " T, name v, version_tag v",
        "ad_analytics_by_campaign": "campaign_id v, day T, impressions i, clicks i, landing_page_clicks i,"
        " cost_in_local_currency d, cost_in_usd d, external_website_conversions d,"
        " conversion_value_in_local_currency d, one_click_leads i, approximate_unique_impressions i",
        "ad_analytics_by_period": "account_id v, campaign_id v, date_start D, date_end D, impressions i,"
        " approximate_unique_impressions i",
    },
    "ga4": {
        "events": "event_date v, event_timestamp i, event_name v, event_params j, event_previous_timestamp i,"
        " event_value_in_usd d, event_bundle_sequence_id i, user_id v, user_pseudo_id v, privacy_info j,"
        " user_properties j, user_first_touch_timestamp i, device j, geo j, traffic_source j, stream_id v,"
        " platform v, ecommerce j, items j, collected_traffic_source j, session_traffic_source_last_click j,"
        " is_active_user b, batch_event_index i, batch_page_id i, batch_ordering_id i",
    },
    "search_console": {
        "site_report_by_site": "date D, site v, country v, device v, search_type v, clicks i, impressions"
        " i, ctr d, position d",
        "keyword_site_report_by_site": "date D, site v, country v, device v, search_type v, clicks i,"
        " impressions i, ctr d, position d, keyword v",
        "page_report": "date D, site v, country v, device v, search_type v, clicks i, impressions i, ctr"
        " d, position d, page v",
    },
    "rank_tracker": {
        "position_tracking": "date D, domain v, keyword v, position i, url v, search_volume i, location v,"
        " device v",
    },
    "mailchimp": {
        "list": "id v, name v, date_created T",
        "campaign": "id v, list_id v, title v, subject_line v, type v, status v, create_time T, send_time T",
        "campaign_report": "id v, list_id v, send_time T, emails_sent i, bounces_hard_bounces i,"
        " bounces_soft_bounces i, opens_opens_total i, opens_unique_opens i, clicks_clicks_total i,"
        " clicks_unique_subscriber_clicks i, unsubscribed i, abuse_reports i, ecommerce_total_orders i,"
        " ecommerce_total_revenue d, ecommerce_currency_code v",
        "member": "id v, list_id v, email_address v, status v, merge_fname v, merge_lname v,"
        " timestamp_signup T, timestamp_opt T, last_changed T, country_code v, language v",
        "campaign_recipient": "campaign_id v, member_id v, list_id v",
        "campaign_recipient_activity": "action v, campaign_id v, member_id v, timestamp T, list_id v,"
        " bounce_type v, url v",
        "unsubscribe": "campaign_id v, member_id v, list_id v, reason v, timestamp T",
    },
    "brevo": {
        "email_campaign": "id v, name v, subject v, type v, status v, tag v, created_at T, sent_date T,"
        " statistics_global_sent i, statistics_global_delivered i, statistics_global_hard_bounces i,"
        " statistics_global_soft_bounces i, statistics_global_viewed i, statistics_global_unique_views i,"
        " statistics_global_clickers i, statistics_global_unique_clicks i, statistics_global_unsubscriptions"
        " i, statistics_global_complaints i",
        "contact": "id v, email v, email_blacklisted b, created_at T, modified_at T, unsubscribed_at T,"
        " list_id v, attributes_firstname v, attributes_lastname v",
    },
    "hubspot": {
        "contact": "id v, _fivetran_deleted b, property_email v, property_firstname v, property_lastname v,"
        " property_company v, property_createdate T, property_first_conversion_date T,"
        " property_lifecyclestage v, property_hs_lifecyclestage_lead_date T,"
        " property_hs_lifecyclestage_marketingqualifiedlead_date T,"
        " property_hs_lifecyclestage_salesqualifiedlead_date T, property_hs_lifecyclestage_opportunity_date"
        " T, property_hs_lifecyclestage_customer_date T, property_hs_analytics_source v,"
        " property_hs_analytics_source_data_1 v, property_hs_analytics_source_data_2 v,"
        " property_ga_client_id v, property_hs_google_click_id v, property_hs_merged_object_ids v",
        "deal": "deal_id v, is_deleted b, deal_pipeline_id v, deal_pipeline_stage_id v, owner_id v,"
        " property_dealname v, property_amount d, property_deal_currency_code v, property_closedate T,"
        " property_createdate T, property_hs_analytics_source v",
        "deal_contact": "contact_id v, deal_id v, type_id v, category v",
        "deal_pipeline_stage": "stage_id v, pipeline_id v, label v, closed_won b, is_closed b, probability d,"
        " _fivetran_deleted b",
        "merged_deal": "deal_id v, merged_deal_id v",
    },
    "salesforce": {
        "lead": "id v, email v, first_name v, last_name v, company v, status v, lead_source v,"
        " created_date T, mql_date_c T, sql_date_c T, is_converted b, converted_date T, converted_contact_id"
        " v, converted_opportunity_id v, is_deleted b, gclid_c v, ga_client_id_c v, campaign_c v",
        "opportunity": "id v, account_id v, contact_id v, name v, amount d, currency_iso_code v,"
        " stage_name v, lead_source v, type v, created_date T, close_date T, is_closed b, is_won b,"
        " is_deleted b",
    },
    "meta_business_suite": {
        "page": "id v, name v, fan_count i",
        "daily_page_metrics_total": "date T, page_id v, page_fans i, page_fan_adds i, page_fan_removes i,"
        " page_impressions i, page_post_engagements i",
        "post_history": "id v, page_id v, created_time T, updated_time T, message v, status_type v,"
        " share_count i",
        "lifetime_post_metrics_total": "date T, post_id v, post_impressions i, post_impressions_unique i,"
        " post_clicks i, post_engaged_users i, post_reactions_like_total i, post_reactions_love_total i,"
        " post_reactions_wow_total i, post_reactions_haha_total i, post_reactions_sorry_total i,"
        " post_reactions_anger_total i, post_activity_by_action_type_comment i,"
        " post_activity_by_action_type_share i",
        "instagram_user_history": "id v, username v, name v, followers_count i, follows_count i,"
        " media_count i",
        "instagram_media_history": "id v, user_id v, username v, created_time T, caption v, media_type v,"
        " is_story b, permalink v",
        "instagram_media_insights": "id v, like_count i, comment_count i, video_photo_engagement i,"
        " video_photo_reach i, video_photo_saved i, video_photo_shares i, video_photo_views i,"
        " video_photo_impressions i, carousel_album_engagement i, carousel_album_reach i,"
        " carousel_album_saved i, carousel_album_shares i, carousel_album_views i,"
        " carousel_album_impressions i, reel_comments i, reel_likes i, reel_reach i, reel_shares i,"
        " reel_views i, reel_total_interactions i, story_reach i, story_replies i, story_views i,"
        " story_impressions i, story_shares i",
    },
    "linkedin_pages": {
        "organization": "id v, localized_name v, vanity_name v",
        "organization_daily_statistic": "organization_id v, day D, follower_count i, impression_count i,"
        " click_count i",
        "share_statistic": "_fivetran_id v, _organization_entity_urn v, _share_entity_urn v, click_count i,"
        " comment_count i, engagement d, impression_count i, unique_impressions_count i, like_count i,"
        " share_count i",
        "ugc_post_history": "id v, author v, commentary v, created_time T, first_published_at T,"
        " last_modified_time T, lifecycle_state v, visibility v",
        "ugc_post_share_statistic": "share_statistic_id v, ugc_post_id v",
    },
    "shopify": {
        "customer": "id v, email v, first_name v, last_name v, created_at T, updated_at T, orders_count i,"
        " total_spent d, accepts_marketing b",
        "order": "id v, name v, email v, customer_id v, created_at T, processed_at T, cancelled_at T,"
        " currency v, subtotal_price d, total_discounts d, total_tax d, total_price d, taxes_included b,"
        " test b, financial_status v, source_name v, landing_site_base_url v, referring_site v",
        "order_line": "order_id v, id v, product_id v, variant_id v, name v, title v, sku v, price d,"
        " quantity i, total_discount d, gift_card b, index i",
        "refund": "id v, order_id v, created_at T, processed_at T, note v",
        "order_line_refund": "id v, refund_id v, order_line_id v, quantity i, subtotal d, total_tax d",
        "product": "id v, title v, product_type v, vendor v, created_at T",
        "product_variant": "id v, product_id v, sku v, price d, inventory_item_id v",
        "inventory_item": "id v, sku v, cost d, currency_code v",
    },
    "costs": {
        "marketing_cost": "id v, period_start D, period_end D, cost_type v, supplier v, description v,"
        " channel v, amount d, currency v",
    },
    "exchange_rates": {"rate": "date D, base_currency v, currency v, rate d"},
    "listening": {
        "mention": "id v, published_at T, network v, author v, url v, content v, sentiment v, reach i",
    },
    "surveys": {
        "response": "id v, survey_id v, survey_type v, scale_min i, scale_max i, score i, email v,"
        " order_name v, submitted_at T, comment v",
    },
    "support": {
        "ticket": "id v, created_at T, solved_at T, requester_email v, channel v, status v, topic v,"
        " order_name v",
    },
    "reviews": {
        "review": "id v, created_at T, product_id v, order_name v, email v, rating i, title v, body v,"
        " status v",
    },
    "upsell": {
        "offer": "id v, offer_name v, shown_at T, accepted_at T, order_name v, customer_id v, product_id"
        " v, amount d, currency v",
    },
    "partners": {
        "partner": "id v, name v, partner_type v, email v, joined_at T, left_at T, status v",
    },
    "audiences": {
        "audience_size": "date D, platform v, account_id v, audience_id v, audience_name v, is_retargeting"
        " b, size i",
    },
}

WITHOUT_SYNC = {("ga4", "events")}
SCALARS = {
    "v": pa.string(),
    "i": pa.int64(),
    "d": pa.float64(),
    "b": pa.bool_(),
    "D": pa.date32(),
    "T": pa.timestamp("us"),
}


def struct(spec: str) -> pa.DataType:
    """An Arrow struct from a spec line of scalar fields."""
    return pa.struct([pa.field(name, SCALARS[code]) for name, code in _pairs(spec)])


def _pairs(spec: str) -> list[tuple[str, str]]:
    return [(name, code) for name, code in (part.split() for part in spec.split(","))]


VALUE = struct("string_value v, int_value i, float_value d, double_value d")
PARAM = pa.struct([("key", pa.string()), ("value", VALUE)])
USER_PROPERTY = pa.struct(
    [("key", pa.string()), ("value", struct("string_value v, int_value i, set_timestamp_micros i"))]
)
ITEM = struct(
    "item_id v, item_name v, item_brand v, item_category v, price d, quantity i, item_revenue d, coupon v"
)
NESTED: dict[str, pa.DataType] = {
    "event_params": pa.list_(PARAM),
    "privacy_info": struct("analytics_storage v, ads_storage v, uses_transient_token v"),
    "user_properties": pa.list_(USER_PROPERTY),
    "device": pa.struct(
        [
            *struct("category v, operating_system v, language v, browser v"),
            pa.field("web_info", struct("browser v, hostname v")),
        ]
    ),
    "geo": struct("continent v, country v, region v, city v"),
    "traffic_source": struct("name v, medium v, source v"),
    "ecommerce": struct(
        "total_item_quantity i, purchase_revenue d, refund_value d, shipping_value d, tax_value d,"
        " unique_items i, transaction_id v"
    ),
    "items": pa.list_(ITEM),
    "collected_traffic_source": struct(
        "manual_campaign_id v, manual_campaign_name v, manual_source v, manual_medium v, manual_term v,"
        " manual_content v, gclid v, dclid v, srsltid v"
    ),
    "session_traffic_source_last_click": pa.struct(
        [
            ("manual_campaign", struct(f"campaign_id v, campaign_name v, {_TRAFFIC}, term v, content v")),
            ("google_ads_campaign", struct("customer_id v, campaign_id v, campaign_name v, ad_group_id v")),
            (
                "cross_channel_campaign",
                struct(
                    f"campaign_id v, campaign_name v, {_TRAFFIC}, source_platform v, default_channel_group v,"
                    " primary_channel_group v"
                ),
            ),
        ]
    ),
}


@cache
def schema(source: str, table: str) -> pa.Schema:
    """The Arrow schema of one raw table, its sync time included."""
    fields = [
        pa.field(name, NESTED[name] if code == "j" else SCALARS[code])
        for name, code in _pairs(CONTRACT[source][table])
    ]
    if (source, table) not in WITHOUT_SYNC:
        fields.append(pa.field("_fivetran_synced", SCALARS["T"]))
    return pa.schema(fields)


def columns(source: str, table: str, rows: int, values: Mapping[str, Any]) -> pa.Table:
    """A raw table from columns: arrays, single values that repeat, or None; a column left out is NULL.

    Times are seconds and days are days since 1970-01-01 (UTC); NEVER is NULL.
    """
    wanted = schema(source, table)
    if unknown := set(values) - set(wanted.names):
        raise KeyError(f"{source}.{table} has no column {sorted(unknown)}")
    return pa.table([_column(values.get(f.name), f.type, rows) for f in wanted], schema=wanted)


def records(source: str, table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A raw table from one mapping a row; days may be `datetime.date`, times are seconds (UTC)."""
    names = schema(source, table).names
    if unknown := {key for row in rows for key in row} - set(names):
        raise KeyError(f"{source}.{table} has no column {sorted(unknown)}")
    return columns(source, table, len(rows), {n: [row.get(n) for row in rows] for n in names})


def _column(value: Any, kind: pa.DataType, rows: int) -> pa.Array:
    if value is None:
        return pa.nulls(rows, kind)
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value if value.type == kind else value.cast(kind)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _moments(value, kind, rows)
    if isinstance(value, np.ndarray | list):
        return pa.array(value, kind)
    return pa.repeat(pa.scalar(value, kind), rows)


def _moments(value: Any, kind: pa.DataType, rows: int) -> pa.Array:
    if isinstance(value, list):
        value = [_number(v) for v in value]
    numbers = np.broadcast_to(np.asarray(value, dtype=np.int64), (rows,))
    missing = numbers == NEVER
    if pa.types.is_date(kind):
        return pa.array(numbers.astype(np.int32), pa.int32(), mask=missing).cast(kind)
    return pa.array(numbers * 1_000_000, pa.int64(), mask=missing).cast(kind)


def _number(value: Any) -> int:
    if value is None:
        return NEVER
    if isinstance(value, dt.date):
        return (value - dt.date(1970, 1, 1)).days
    return int(value)
