"""Klaviyo: the campaigns report, one line a campaign or a variant of it."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.amounts import CURRENCY
from leadline.land.formats.expressions import words

CHANNELS = {
    "email": ("Email", "E-mail"),
    "sms": ("SMS", "Text", "Text message"),
    "push": ("Push", "Mobile push", "Push notification", "Mobile push notification"),
}
FORMAT = Format(
    name="klaviyo_campaigns",
    title="Klaviyo campaigns",
    source="klaviyo",
    columns=(
        Column("campaign_name", ("Campaign Name", "Name", "Nom de la campagne"), required=True),
        Column("variant", ("Variation Name", "Variant Name", "Variation", "Message Name")),
        Column("tags", ("Tags",)),
        Column("subject", ("Subject", "Subject Line", "Objet")),
        Column("list_name", ("List", "Lists", "Liste")),
        Column("sent_at", ("Send Time", "Send Date", "Heure d'envoi"), "timestamp", required=True),
        Column("weekday", ("Send Weekday",)),
        Column(
            "recipients",
            ("Total Recipients", "Recipients", "Nombre total de destinataires"),
            "integer",
            required=True,
        ),
        Column("orders", ("Unique Placed Order", "Placed Order", "Unique Ordered Product"), "integer"),
        Column("order_rate", ("Placed Order Rate",), "percent"),
        Column(
            "revenue",
            ("Revenue", "Revenue ({currency})", "Placed Order Value", "Chiffre d'affaires"),
            "money",
        ),
        Column("unique_opens", ("Unique Opens", "Ouvertures uniques"), "integer", required=True),
        Column("open_rate", ("Open Rate", "Taux d'ouverture"), "percent"),
        Column("total_opens", ("Total Opens", "Total des ouvertures"), "integer"),
        Column("unique_clicks", ("Unique Clicks", "Clics uniques"), "integer"),
        Column("click_rate", ("Click Rate", "Taux de clics"), "percent"),
        Column("total_clicks", ("Total Clicks", "Total des clics"), "integer"),
        Column("unsubscribes", ("Unsubscribes", "Désabonnements"), "integer"),
        Column("complaints", ("Spam Complaints", "Plaintes pour spam"), "integer"),
        Column("complaint_rate", ("Spam Complaints Rate",), "percent"),
        Column("delivered", ("Successful Deliveries", "Livraisons réussies"), "integer", required=True),
        Column("bounces", ("Bounces", "Rebonds"), "integer"),
        Column("bounce_rate", ("Bounce Rate", "Taux de rebond"), "percent"),
        Column("campaign_id", ("Campaign ID", "ID de la campagne"), required=True),
        Column("channel", ("Campaign Channel", "Channel", "Message Channel", "Canal de la campagne")),
        Column("winning", ("Winning Variant?",)),
        Column("currency_code", ("Currency", "Devise")),
    ),
    targets=(
        Target(
            "klaviyo",
            "campaign_report",
            {
                "campaign_id": "campaign_id",
                "variant": "variant",
                "campaign_name": "campaign_name",
                "subject": "subject",
                "list_name": "list_name",
                "channel": words("channel", CHANNELS, "lower(trim(channel))"),
                "send_time": "sent_at",
                "total_recipients": "recipients",
                "successful_deliveries": "delivered",
                "bounces": "bounces",
                "total_opens": "total_opens",
                "unique_opens": "unique_opens",
                "total_clicks": "total_clicks",
                "unique_clicks": "unique_clicks",
                "unsubscribes": "unsubscribes",
                "spam_complaints": "complaints",
                "placed_orders": "orders",
                "revenue": "revenue",
                "currency": CURRENCY,
            },
            key=("campaign_id", "variant"),
        ),
    ),
    signature=("campaign_name", "sent_at", "recipients", "delivered", "campaign_id"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"klaviyo.*campaign", r"campaign.*report"),
    needs=("time_zone",),
)
