"""Meta Ads Manager: the headers of its columns in English and French, and what its results are called."""

from __future__ import annotations

from leadline.land.format import Column
from leadline.land.headers import plain

PERIOD = (
    Column("day", ("Day", "Jour", "Date"), "date"),
    Column(
        "starts",
        ("Reporting starts", "Début des rapports", "Début du rapport", "Date de début du rapport"),
        "date",
    ),
    Column(
        "ends", ("Reporting ends", "Fin des rapports", "Fin du rapport", "Date de fin du rapport"), "date"
    ),
    Column("week", ("Week", "Semaine")),
    Column("month", ("Month", "Mois")),
)
ACCOUNT = (
    Column(
        "account_name", ("Account name", "Nom du compte", "Ad account name", "Nom du compte publicitaire")
    ),
    Column(
        "account",
        (
            "Account ID",
            "Ad account ID",
            "ID du compte",
            "ID de compte",
            "Identifiant du compte",
            "N° de compte",
        ),
    ),
    Column("currency", ("Currency", "Devise"), "currency"),
)
ENTITIES = (
    Column("campaign", ("Campaign name", "Campaign", "Nom de la campagne", "Campagne")),
    Column(
        "campaign_id", ("Campaign ID", "ID de la campagne", "ID de campagne", "Identifiant de la campagne")
    ),
    Column("ad_set", ("Ad set name", "Ad set", "Nom de l’ensemble de publicités", "Ensemble de publicités")),
    Column("ad_set_id", ("Ad set ID", "ID de l’ensemble de publicités", "ID d’ensemble de publicités")),
    Column("ad", ("Ad name", "Nom de la publicité", "Nom de l’annonce", "Nom de la pub")),
    Column("ad_id", ("Ad ID", "ID de la publicité", "ID de publicité", "ID de l’annonce")),
    Column("objective", ("Objective", "Campaign objective", "Objectif", "Objectif de la campagne")),
)
BREAKDOWNS = (
    Column("age", ("Age", "Âge")),
    Column("gender", ("Gender", "Genre", "Sexe")),
    Column("country", ("Country", "Pays")),
    Column("region", ("Region", "Région")),
    Column("publisher", ("Platform", "Plateforme", "Publisher platform", "Plate-forme")),
    Column("placement", ("Placement", "Placements", "Emplacement")),
    Column("device_platform", ("Device platform", "Plateforme d’appareil", "Plateforme de l’appareil")),
    Column(
        "device",
        (
            "Impression device",
            "Device",
            "Appareil d’impression",
            "Appareil",
            "Appareil ayant généré l’impression",
        ),
    ),
    Column(
        "hour",
        (
            "Time of day (ad account time zone)",
            "Time of day (viewer's time zone)",
            "Heure (fuseau horaire du compte publicitaire)",
            "Heure de la journée (fuseau horaire du compte publicitaire)",
        ),
    ),
)
FIGURES = (
    Column(
        "spend",
        (
            "Amount spent ({currency})",
            "Montant dépensé ({currency})",
            "Amount spent",
            "Montant dépensé",
        ),
        "money",
        required=True,
    ),
    Column("impressions", ("Impressions",), "integer"),
    Column("reach", ("Reach", "Couverture", "Portée", "Accounts Center accounts reached"), "integer"),
    Column("frequency", ("Frequency", "Répétition", "Fréquence"), "decimal"),
    Column("clicks", ("Clicks (all)", "Clics (tous)", "Clicks (All)"), "integer"),
    Column(
        "link_clicks",
        ("Link clicks", "Clics sur un lien", "Clics sur le lien", "Clics sur les liens"),
        "integer",
    ),
    Column(
        "ad_recallers",
        (
            "Estimated ad recall lift (people)",
            "Estimated ad recallers",
            "Augmentation estimée de la mémorisation de la publicité (personnes)",
            "Mémorisation estimée (personnes)",
        ),
        "integer",
    ),
)
RESULTS = (
    Column("results", ("Results", "Résultats", "Result", "Résultat"), "decimal"),
    Column(
        "result_indicator",
        (
            "Result indicator",
            "Results indicator",
            "Result type",
            "Indicateur de résultats",
            "Indicateur de résultat",
            "Indicateur du résultat",
            "Type de résultat",
            "Type de résultats",
        ),
    ),
    Column(
        "window",
        (
            "Attribution setting",
            "Paramètre d’attribution",
            "Paramètres d’attribution",
            "Attribution window",
            "Attribution windows",
            "Window",
            "Fenêtre d’attribution",
            "Fenêtres d’attribution",
            "Fenêtre",
        ),
    ),
)
# Each column of actions: its headers, and the action_type that the Marketing API gives the same thing.
ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "purchases": ("omni_purchase", ("Purchases", "Achats", "Meta purchases", "Total purchases")),
    "website_purchases": (
        "offsite_conversion.fb_pixel_purchase",
        ("Website purchases", "Achats sur le site web", "Achats sur site web", "Achats sur le site"),
    ),
    "leads": ("lead", ("Leads", "Prospects", "Leads (all)", "Total leads")),
    "website_leads": (
        "offsite_conversion.fb_pixel_lead",
        ("Website leads", "Prospects sur le site web", "Prospects sur site web", "Prospects du site web"),
    ),
    "form_leads": (
        "onsite_conversion.lead_grouped",
        (
            "On-Facebook leads",
            "Leads (form)",
            "Meta leads",
            "Prospects sur Facebook",
            "Prospects (formulaire)",
            "Prospects (formulaires)",
            "Prospects Meta",
        ),
    ),
    "landing_page_views": (
        "landing_page_view",
        ("Landing page views", "Vues de page de destination", "Vues de la page de destination"),
    ),
    "adds_to_cart": ("omni_add_to_cart", ("Adds to cart", "Ajouts au panier")),
    "checkouts": (
        "omni_initiated_checkout",
        ("Checkouts initiated", "Paiements initiés", "Paiements lancés", "Initiations de paiement"),
    ),
    "registrations": ("omni_complete_registration", ("Registrations completed", "Inscriptions terminées")),
}
AMOUNTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "purchase_value": (
        "omni_purchase",
        (
            "Purchases conversion value",
            "Purchase conversion value",
            "Valeur de conversion des achats",
            "Valeur de conversion d’achat",
            "Valeur des achats",
        ),
    ),
    "website_purchase_value": (
        "offsite_conversion.fb_pixel_purchase",
        (
            "Website purchases conversion value",
            "Website purchase conversion value",
            "Valeur de conversion des achats sur le site web",
            "Valeur de conversion des achats sur site web",
        ),
    ),
}
# The kind of result in words, where the export spells it out in place of the API's indicator.
RESULT_WORDS: dict[str, tuple[str, ...]] = {
    "omni_purchase": ("Purchases", "Purchase", "Achats", "Achat", "Meta purchases"),
    "offsite_conversion.fb_pixel_purchase": (
        "Website purchases",
        "Website purchase",
        "Achats sur le site web",
    ),
    "lead": ("Leads", "Lead", "Prospects", "Prospect", "Leads (all)"),
    "offsite_conversion.fb_pixel_lead": ("Website leads", "Website lead", "Prospects sur le site web"),
    "onsite_conversion.lead_grouped": (
        "On-Facebook leads",
        "Leads (form)",
        "Meta leads",
        "Prospects (formulaire)",
    ),
    "link_click": ("Link clicks", "Link click", "Clics sur un lien", "Clics sur le lien"),
    "landing_page_view": ("Landing page views", "Landing page view", "Vues de page de destination"),
    "video_view": ("ThruPlays", "ThruPlay", "Video views", "Vues de vidéo"),
    "post_engagement": ("Post engagements", "Post engagement", "Interactions avec la publication"),
    "reach": ("Reach", "Couverture"),
    "impressions": ("Impressions",),
}
# How exports name an attribution window behind a column of actions, by the raw column that takes it; the last
# two have none, and are known so that they are never taken for the column itself.
WINDOWS: dict[str, tuple[str, ...]] = {
    "_7_d_click": (
        "7-day click",
        "7 days after clicking",
        "clic sur 7 jours",
        "7 jours après un clic",
        "7d_click",
    ),
    "_1_d_view": ("1-day view", "1 day after viewing", "vue sur 1 jour", "1 jour après une vue", "1d_view"),
    "_1_d_click": (
        "1-day click",
        "1 day after clicking",
        "clic sur 1 jour",
        "1 jour après un clic",
        "1d_click",
    ),
    "_28_d_click": ("28-day click", "28 days after clicking", "clic sur 28 jours", "28d_click"),
}
WINDOWED = ("purchases", "website_purchases", "leads", "purchase_value", "website_purchase_value")


def action_columns() -> tuple[Column, ...]:
    """The columns of actions and of their values, and those of single attribution windows."""
    found: list[Column] = []
    for actions, kind in ((ACTIONS, "decimal"), (AMOUNTS, "money")):
        for name, (_, headers) in actions.items():
            found.append(Column(name, headers, "money" if kind == "money" else "decimal"))
            if name in WINDOWED:
                found += [Column(name + w, _within(headers, w), found[-1].kind) for w in WINDOWS]
    return tuple(found)


def _within(headers: tuple[str, ...], window: str) -> tuple[str, ...]:
    return tuple(
        header + form.format(text)
        for header in headers
        for text in WINDOWS[window]
        for form in (" ({})", " [{}]", " - {}")
    )


def in_window(name: str) -> str:
    """SQL: the figure of a column of actions, or without it that of the window that is there or asked for."""
    if name not in WINDOWED:
        return name
    asked = " ".join(
        f"when lower(_window) in ({', '.join(_quoted(text) for text in texts)}) then {name}{window}"
        for window, texts in WINDOWS.items()
    )
    any_of = ", ".join(name + window for window in WINDOWS)
    return f"coalesce({name}, case when _window is null then coalesce({any_of}) {asked} end)"


def result_type() -> str:
    """SQL: the action_type of a row's result; the API's indicator bears it behind `actions:` and the like."""
    text = "replace(strip_accents(lower(trim(result_indicator))), '’', '''')"
    cases = " ".join(
        f"when {text} in ({', '.join(_quoted(word) for word in known)}) then '{kind}'"
        for kind, known in RESULT_WORDS.items()
    )
    return (
        f"case {cases} else regexp_replace({text}, '^(actions|conversions|catalog_segment_actions):', '') end"
    )


def _quoted(word: str) -> str:
    return "'" + plain(word).replace("'", "''") + "'"
