"""Mailchimp: the report of all campaigns (Reports, Export), one line a campaign that was sent.

`Unique Id` is the campaign's id in the API, so that a campaign known from recipients' activity too is one
campaign.
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.amounts import CURRENCY

FORMAT = Format(
    name="mailchimp_campaigns",
    title="Mailchimp campaign report",
    source="mailchimp",
    columns=(
        Column("campaign_name", ("Title", "Campaign Name", "Titre", "Nom de la campagne"), required=True),
        Column("subject", ("Subject", "Subject Line", "Objet", "Ligne d'objet")),
        Column("list_name", ("List", "Audience", "Liste")),
        Column("sent_at", ("Send Date", "Date d'envoi"), "timestamp", required=True),
        Column("weekday", ("Send Weekday", "Jour d'envoi")),
        Column(
            "recipients",
            ("Total Recipients", "Nombre total de destinataires", "Destinataires"),
            "integer",
            required=True,
        ),
        Column("delivered", ("Successful Deliveries", "Envois réussis", "Livraisons réussies"), "integer"),
        Column("soft_bounces", ("Soft Bounces", "Rebonds temporaires", "Soft bounces"), "integer"),
        Column("hard_bounces", ("Hard Bounces", "Rebonds permanents", "Rebonds définitifs"), "integer"),
        Column("bounces", ("Total Bounces", "Total des rebonds"), "integer"),
        Column("forwards", ("Times Forwarded", "Nombre de transferts"), "integer"),
        Column("unique_opens", ("Unique Opens", "Ouvertures uniques"), "integer", required=True),
        Column("open_rate", ("Open Rate", "Taux d'ouverture"), "percent"),
        Column(
            "total_opens", ("Total Opens", "Total des ouvertures", "Nombre total d'ouvertures"), "integer"
        ),
        Column("unique_clicks", ("Unique Clicks", "Clics uniques"), "integer"),
        Column("click_rate", ("Click Rate", "Taux de clics"), "percent"),
        Column("total_clicks", ("Total Clicks", "Total des clics", "Nombre total de clics"), "integer"),
        Column("unsubscribes", ("Unsubscribes", "Désabonnements", "Désinscriptions"), "integer"),
        Column("complaints", ("Abuse Complaints", "Plaintes pour abus", "Signalements d'abus"), "integer"),
        Column("campaign_id", ("Unique Id", "Campaign ID", "Identifiant unique", "ID unique"), required=True),
        Column("orders", ("Total Orders", "Total des commandes"), "integer"),
        Column("gross_sales", ("Total Gross Sales", "Total des ventes brutes"), "decimal"),
        Column("revenue", ("Total Revenue", "Revenu total", "Chiffre d'affaires total"), "decimal"),
        Column("currency_code", ("Currency", "Devise")),
    ),
    targets=(
        Target(
            "mailchimp",
            "campaign",
            {
                "id": "campaign_id",
                "list_id": "_account",
                "title": "campaign_name",
                "subject_line": "subject",
                "status": "'sent'",
                "send_time": "sent_at",
            },
            key=("id",),
        ),
        Target(
            "mailchimp",
            "campaign_report",
            {
                "id": "campaign_id",
                "list_id": "_account",
                "send_time": "sent_at",
                "emails_sent": "recipients",
                "bounces_hard_bounces": "coalesce(hard_bounces, bounces - coalesce(soft_bounces, 0))",
                "bounces_soft_bounces": "soft_bounces",
                "opens_opens_total": "total_opens",
                "opens_unique_opens": "unique_opens",
                "clicks_clicks_total": "total_clicks",
                "clicks_unique_subscriber_clicks": "unique_clicks",
                "unsubscribed": "unsubscribes",
                "abuse_reports": "complaints",
                "ecommerce_total_orders": "orders",
                "ecommerce_total_revenue": "revenue",
                "ecommerce_currency_code": CURRENCY,
            },
            key=("id",),
        ),
    ),
    signature=("campaign_name", "sent_at", "recipients", "campaign_id"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"^campaigns?([-_ .]|$)", r"mailchimp.*campaign"),
    needs=("time_zone",),
)
