"""HubSpot's own words for the original source and the lifecycle, as exports write them (EN, FR)."""

from __future__ import annotations

ORIGINAL_SOURCES = {
    "ORGANIC_SEARCH": ("Organic Search", "Recherche organique", "Référencement naturel"),
    "PAID_SEARCH": ("Paid Search", "Recherche payante", "Référencement payant"),
    "PAID_SOCIAL": ("Paid Social", "Réseaux sociaux payants", "Social payant"),
    "SOCIAL_MEDIA": (
        "Organic Social",
        "Social Media",
        "Réseaux sociaux organiques",
        "Réseaux sociaux",
        "Social organique",
    ),
    "EMAIL_MARKETING": (
        "Email Marketing",
        "E-mail marketing",
        "Marketing par e-mail",
        "E-mailing",
        "Marketing par email",
    ),
    "REFERRALS": (
        "Referrals",
        "Referral",
        "Références",
        "Sites référents",
        "Recommandations",
        "Sites référants",
    ),
    "DIRECT_TRAFFIC": ("Direct Traffic", "Trafic direct"),
    "OTHER_CAMPAIGNS": ("Other Campaigns", "Autres campagnes"),
    "AI_REFERRALS": ("AI Referrals", "Références par IA", "Références IA", "Recommandations par IA"),
    "OFFLINE": ("Offline Sources", "Offline", "Sources hors ligne", "Sources hors-ligne", "Hors ligne"),
}
LIFECYCLE_STAGES = {
    "subscriber": ("Subscriber", "Abonné"),
    "lead": ("Lead", "Piste"),
    "marketingqualifiedlead": (
        "Marketing Qualified Lead",
        "Lead qualifié marketing",
        "MQL",
        "Lead qualifié par le marketing",
    ),
    "salesqualifiedlead": (
        "Sales Qualified Lead",
        "Lead qualifié commercial",
        "SQL",
        "Lead qualifié par les commerciaux",
    ),
    "opportunity": ("Opportunity", "Opportunité"),
    "customer": ("Customer", "Client"),
    "evangelist": ("Evangelist", "Évangéliste", "Ambassadeur"),
    "other": ("Other", "Autre"),
}
RECORD_IDS = (
    "Record ID",
    "ID de fiche d'informations",
    "ID de la fiche d'informations",
    "ID d'enregistrement",
    "ID de l'enregistrement",
    "hs_object_id",
)
CREATED = (
    "Create Date",
    "Created Date",
    "Date de création",
    "createdate",
    "Create Date ({time_zone})",
    "Date de création ({time_zone})",
)
