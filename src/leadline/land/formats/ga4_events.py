"""GA4's BigQuery export as files: Parquet, newline-delimited JSON, or CSV with nested fields as JSON."""

from __future__ import annotations

from leadline.land.format import Column, Format, Kind, Target

COLUMNS: dict[str, Kind] = {
    "event_date": "text",
    "event_timestamp": "integer",
    "event_name": "text",
    "event_params": "json",
    "event_previous_timestamp": "integer",
    "event_value_in_usd": "decimal",
    "event_bundle_sequence_id": "integer",
    "user_id": "text",
    "user_pseudo_id": "text",
    "privacy_info": "json",
    "user_properties": "json",
    "user_first_touch_timestamp": "integer",
    "device": "json",
    "geo": "json",
    "traffic_source": "json",
    "stream_id": "text",
    "platform": "text",
    "ecommerce": "json",
    "items": "json",
    "collected_traffic_source": "json",
    "session_traffic_source_last_click": "json",
    "is_active_user": "boolean",
    "batch_event_index": "integer",
    "batch_page_id": "integer",
    "batch_ordering_id": "integer",
}
REQUIRED = ("event_date", "event_timestamp", "event_name", "event_params")

FORMAT = Format(
    name="ga4_events",
    title="GA4 BigQuery events",
    source="ga4",
    columns=tuple(Column(name, (name,), kind, required=name in REQUIRED) for name, kind in COLUMNS.items()),
    targets=(
        Target(
            "ga4",
            "events",
            {name: name for name in COLUMNS},
            day="event_date",
            account="stream_id",
        ),
    ),
    signature=REQUIRED,
    grain="event",
)
