"""Brevo: e-mail campaigns with their statistics, one line a campaign (EN, FR).

Where the export has no campaign id, the id is `name:` and a key of name and sending time; the models leave
such a row out where the same campaign is known by its own id.
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

FORMAT = Format(
    name="brevo_campaigns",
    title="Brevo campaign report",
    source="brevo",
    columns=(
        Column(
            "campaign_id",
            ("Campaign ID", "Campaign Id", "ID de la campagne", "ID de campagne", "ID campagne"),
        ),
        Column(
            "campaign_name",
            ("Campaign Name", "Campaign", "Nom de la campagne", "Nom de campagne", "Campagne"),
            required=True,
        ),
        Column("subject", ("Subject", "Subject line", "Objet", "Sujet", "Ligne d'objet")),
        Column("campaign_type", ("Type", "Campaign type", "Type de campagne")),
        Column("tag", ("Tag", "Tags", "Étiquette", "Libellé")),
        Column("created_at", ("Created at", "Creation date", "Date de création"), "timestamp"),
        Column(
            "sent_at",
            (
                "Sent Date",
                "Send date",
                "Sent at",
                "Sent on",
                "Date sent",
                "Sending date",
                "Scheduled date",
                "Date d'envoi",
                "Envoyée le",
                "Envoyé le",
                "Date et heure d'envoi",
            ),
            "timestamp",
            required=True,
        ),
        Column(
            "sent",
            (
                "Sent",
                "Recipients",
                "Total recipients",
                "Emails sent",
                "Envoyés",
                "Destinataires",
                "E-mails envoyés",
            ),
            "integer",
            required=True,
        ),
        Column(
            "delivered", ("Delivered", "Délivrés", "Livrés", "Distribués", "Remis"), "integer", required=True
        ),
        Column(
            "unique_opens",
            (
                "Unique opens",
                "Unique Views",
                "Openers",
                "Uniques opens",
                "Ouvertures uniques",
                "Ouvreurs",
                "Ouvreurs uniques",
            ),
            "integer",
        ),
        Column(
            "total_opens",
            ("Total opens", "Opens", "Views", "Total des ouvertures", "Ouvertures", "Ouvertures totales"),
            "integer",
        ),
        Column(
            "unique_clicks",
            ("Unique clicks", "Clickers", "Clics uniques", "Cliqueurs", "Cliqueurs uniques"),
            "integer",
        ),
        Column(
            "total_clicks", ("Total clicks", "Clicks", "Total des clics", "Clics", "Clics totaux"), "integer"
        ),
        Column(
            "unsubscribes",
            (
                "Unsubscribed",
                "Unsubscriptions",
                "Unsubscribes",
                "Désinscriptions",
                "Désabonnements",
                "Désinscrits",
                "Désabonnés",
            ),
            "integer",
        ),
        Column(
            "hard_bounces", ("Hard bounces", "Hard bounce", "Hardbounces", "Rebonds permanents"), "integer"
        ),
        Column(
            "soft_bounces", ("Soft bounces", "Soft bounce", "Softbounces", "Rebonds temporaires"), "integer"
        ),
        Column(
            "complaints",
            ("Complaints", "Spam complaints", "Marked as spam", "Plaintes", "Plaintes pour spam", "Spam"),
            "integer",
        ),
    ),
    targets=(
        Target(
            "brevo",
            "email_campaign",
            {
                "id": "coalesce(campaign_id, 'name:' || stable_key('brevo', campaign_name, sent_at))",
                "name": "campaign_name",
                "subject": "subject",
                "type": "campaign_type",
                "status": "'sent'",
                "tag": "tag",
                "created_at": "created_at",
                "sent_date": "sent_at",
                "statistics_global_sent": "sent",
                "statistics_global_delivered": "delivered",
                "statistics_global_hard_bounces": "hard_bounces",
                "statistics_global_soft_bounces": "soft_bounces",
                "statistics_global_viewed": "total_opens",
                "statistics_global_unique_views": "unique_opens",
                "statistics_global_clickers": "total_clicks",
                "statistics_global_unique_clicks": "unique_clicks",
                "statistics_global_unsubscriptions": "unsubscribes",
                "statistics_global_complaints": "complaints",
            },
            key=("id",),
        ),
    ),
    signature=("campaign_name", "sent_at", "sent", "delivered"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"brevo.*campaign", r"brevo.*campagne", r"email_campaigns?", r"sendinblue.*campaign"),
    needs=("time_zone",),
)
