"""Google Ads: campaigns by day and conversion action, which tells leads from purchases (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats import google_ads_columns as shared
from leadline.land.formats.expressions import words

ACTION = (
    Column(
        "conversion_action",
        (
            "Conversion action",
            "Conversion action name",
            "Action de conversion",
            "Nom de l'action de conversion",
        ),
        required=True,
    ),
    Column(
        "conversion_category",
        (
            "Conversion category",
            "Conversion action category",
            "Catégorie de conversion",
            "Catégorie d'action de conversion",
            "Catégorie de l'action de conversion",
        ),
        required=True,
    ),
)
CATEGORY = words(
    "conversion_category",
    {
        "SUBMIT_LEAD_FORM": (
            "Submit lead form",
            "Submit lead forms",
            "Envoi de formulaire pour prospects",
            "Envoyer un formulaire pour prospects",
        ),
        "PURCHASE": ("Purchase", "Purchase/Sale", "Sale", "Purchases", "Achat", "Achats", "Achat/vente"),
        "SIGNUP": ("Sign-up", "Signup", "Sign up", "Inscription", "Inscriptions"),
        "PAGE_VIEW": (
            "Page view",
            "View of a key page",
            "Page views",
            "Page vue",
            "Pages vues",
            "Consultation de page",
        ),
        "DOWNLOAD": ("Download", "Téléchargement"),
        "PHONE_CALL_LEAD": (
            "Phone call lead",
            "Phone call leads",
            "Prospect (appel téléphonique)",
            "Prospects (appels téléphoniques)",
        ),
        "IMPORTED_LEAD": ("Imported lead", "Imported leads", "Prospect importé", "Prospects importés"),
        "QUALIFIED_LEAD": ("Qualified lead", "Qualified leads", "Prospect qualifié", "Prospects qualifiés"),
        "CONVERTED_LEAD": ("Converted lead", "Converted leads", "Prospect converti", "Prospects convertis"),
        "CONTACT": ("Contact", "Contacts"),
        "REQUEST_QUOTE": ("Request quote", "Request quotes", "Demande de devis"),
        "BOOK_APPOINTMENT": (
            "Book appointment",
            "Book appointments",
            "Prise de rendez-vous",
            "Prendre rendez-vous",
        ),
        "ADD_TO_CART": ("Add to cart", "Ajout au panier"),
        "BEGIN_CHECKOUT": ("Begin checkout", "Début du paiement", "Passage de commande commencé"),
        "SUBSCRIBE_PAID": ("Subscribe", "Abonnement"),
        "OUTBOUND_CLICK": ("Outbound click", "Clic sortant"),
        "ENGAGEMENT": ("Engagement",),
        "STORE_VISIT": ("Store visit", "Visite en magasin"),
    },
    "upper(replace(strip_accents(trim(conversion_category)), ' ', '_'))",
)

CONVERSION_DAYS = Target(
    "google_ads",
    "campaign_conversion_stats",
    {
        "_fivetran_id": "_row",
        "customer_id": shared.ACCOUNT_ID,
        "date": f"coalesce(day, {shared.ONE_DAY})",
        "id": shared.CAMPAIGN_KEY,
        "conversion_action_name": "conversion_action",
        "conversion_action_category": CATEGORY,
        "conversions": "conversions",
        "conversions_value": "conversion_value",
    },
    day="date",
    account="customer_id",
)

FORMAT = Format(
    name="google_ads_conversions",
    title="Google Ads report of conversion actions",
    source="google_ads",
    columns=(
        shared.DAY,
        *shared.COARSE_PERIODS,
        *shared.ACCOUNT,
        *ACTION,
        shared.CAMPAIGN,
        shared.CAMPAIGN_ID,
        *shared.CAMPAIGN_DETAILS,
        *shared.SEGMENTS,
        *shared.PARTIAL,
        *(c for c in shared.FIGURES if c.name in ("conversions", "conversion_value")),
    ),
    targets=(CONVERSION_DAYS, shared.CAMPAIGNS, shared.ACCOUNTS),
    signature=("conversion_action", "conversion_category", "campaign", "conversions"),
    languages=("en", "fr"),
    footers=shared.CONVERSION_TOTALS,
    preamble=shared.PREAMBLE,
    needs=("account", "currency"),
    checks=(shared.WHOLE, shared.BY_DAY),
)
