"""What all Google Ads reports share: headers and words in English and French, totals, rows of accounts."""

from __future__ import annotations

from leadline.land.format import Column, Footer, Target
from leadline.land.formats.checks import days_known, whole
from leadline.land.formats.expressions import own_id, words

DAY = Column("day", ("Day", "Jour", "Date"), "date")
COARSE_PERIODS = (
    Column("week", ("Week", "Semaine", "Week (Mon-Sun)", "Semaine (lun.-dim.)")),
    Column("month", ("Month", "Mois")),
    Column("quarter", ("Quarter", "Trimestre")),
    Column("year", ("Year", "Année")),
)
ACCOUNT = (
    Column(
        "account_name",
        ("Account", "Account name", "Compte", "Nom du compte", "Customer name", "Nom du client"),
    ),
    Column(
        "account",
        (
            "Customer ID",
            "Account ID",
            "External customer ID",
            "ID client",
            "Numéro client",
            "ID du compte",
            "N° client",
        ),
    ),
    Column(
        "currency", ("Currency code", "Currency", "Code de la devise", "Code devise", "Devise"), "currency"
    ),
    Column("time_zone", ("Time zone", "Account time zone", "Fuseau horaire", "Fuseau horaire du compte")),
)
CAMPAIGN = Column(
    "campaign",
    ("Campaign", "Campaign name", "Campagne", "Nom de la campagne", "Nom de campagne"),
    required=True,
)
CAMPAIGN_ID = Column(
    "campaign_id",
    ("Campaign ID", "ID de campagne", "ID de la campagne", "Identifiant de la campagne", "N° de campagne"),
)
CAMPAIGN_DETAILS = (
    Column(
        "campaign_status",
        ("Campaign status", "Campaign state", "État de la campagne", "Statut de la campagne"),
    ),
    Column("status", ("Status", "État")),
    Column("campaign_type", ("Campaign type", "Advertising channel type", "Type de campagne")),
    Column("campaign_subtype", ("Campaign subtype", "Sous-type de campagne")),
)
SEGMENTS = (
    Column("device", ("Device", "Device type", "Appareil", "Type d'appareil")),
    Column(
        "network",
        (
            "Network (with search partners)",
            "Network",
            "Ad network",
            "Réseau (avec partenaires du Réseau de Recherche)",
            "Réseau (avec les partenaires du Réseau de Recherche)",
            "Réseau (avec partenaires de recherche)",
            "Réseau",
        ),
    ),
)
FIGURES = (
    Column("impressions", ("Impr.", "Impressions"), "integer"),
    Column("clicks", ("Clicks", "Clics"), "integer"),
    Column("interactions", ("Interactions",), "integer"),
    Column("cost", ("Cost", "Coût", "Cost ({currency})", "Coût ({currency})"), "money", required=True),
    Column("conversions", ("Conversions", "Conv.", "Conv"), "decimal"),
    Column(
        "conversion_value",
        (
            "Conv. value",
            "Conversion value",
            "Conversions value",
            "Total conv. value",
            "Valeur de conv.",
            "Val. conv.",
            "Valeur conv.",
            "Valeur des conversions",
            "Valeur de conversion",
            "Valeur totale des conv.",
        ),
        "money",
    ),
    Column(
        "view_through_conversions",
        (
            "View-through conv.",
            "View-through conversions",
            "Conv. après affichage",
            "Conversions après affichage",
        ),
        "integer",
    ),
    Column("ctr", ("CTR", "Taux de clics (CTR)", "Taux de clics"), "percent"),
    Column("average_cpc", ("Avg. CPC", "Average CPC", "CPC moy.", "CPC moyen"), "money"),
    Column("average_cost", ("Avg. cost", "Coût moy."), "money"),
    Column(
        "cost_per_conversion",
        ("Cost / conv.", "Cost/conv.", "Coût/conv.", "Coût / conv.", "Coût par conv."),
        "money",
    ),
    Column("conversion_rate", ("Conv. rate", "Taux de conv.", "Taux de conversion"), "percent"),
)
PREAMBLE = (
    r"^(?P<title>(?:campaign|search keyword|ad group|conversion|time series|keyword) report)$",
    r"^(?P<title>rapport (?:sur|de|des) .+)$",
    r"^(?P<start>.*\d{4})\s+[-–—]\s+(?P<end>.*\d{4})$",
    r"^(?P<start>\D{0,12}\d{1,2}\D{1,14}\d{4})$",
)
# Only totals of the whole table claim the sum of its rows; those of one kind of campaign claim a part.
TOTALS = (
    Footer(
        r"^total\s*:\s*(filtered\s+)?(campaigns|account|keywords|search keywords|ad groups"
        r"|campagnes( filtr[ée]es)?|compte|mots[ -]cl[ée]s.*|groupes d['’]annonces)\s*$",
        sums=("cost", "impressions", "clicks", "conversions"),
    ),
    Footer(r"^total\s*(:.*)?$"),
)
CONVERSION_TOTALS = tuple(
    Footer(total.pattern, sums=("conversions",) if total.sums else ()) for total in TOTALS
)
DEVICE = words(
    "device",
    {
        "MOBILE": (
            "Mobile phones",
            "Mobile",
            "Mobile devices with full browsers",
            "Mobiles",
            "Téléphones mobiles",
            "Téléphones portables",
            "Appareils mobiles dotés d'un navigateur Internet complet",
            "Smartphones",
        ),
        "DESKTOP": ("Computers", "Computer", "Desktop", "Ordinateurs", "Ordinateur"),
        "TABLET": (
            "Tablets",
            "Tablet",
            "Tablets with full browsers",
            "Tablettes",
            "Tablette",
            "Tablettes dotées d'un navigateur Internet complet",
        ),
        "CONNECTED_TV": (
            "TV screens",
            "Connected TV",
            "Devices streaming video content to TV screens",
            "Écrans de télévision",
            "Écrans TV",
            "Téléviseurs connectés",
        ),
    },
    "'OTHER'",
)
NETWORK = words(
    "network",
    {
        "SEARCH": (
            "Google search",
            "Recherche Google",
            "Réseau de Recherche",
            "Search",
            "Réseau de Recherche Google",
        ),
        "SEARCH_PARTNERS": (
            "Search partners",
            "Partenaires de recherche",
            "Partenaires du Réseau de Recherche",
            "Sites partenaires du Réseau de Recherche",
        ),
        "CONTENT": (
            "Display Network",
            "Google Display Network",
            "Réseau Display",
            "Réseau Display de Google",
            "Display",
        ),
        "YOUTUBE_WATCH": ("YouTube Videos", "YouTube", "Vidéos YouTube"),
        "YOUTUBE_SEARCH": ("YouTube Search", "Recherche YouTube", "Recherche sur YouTube"),
        "MIXED": ("Cross-network", "Multiréseau", "Multi-réseau", "Multicanal"),
    },
    "upper(network)",
)
CHANNEL_TYPE = words(
    "campaign_type",
    {
        "SEARCH": (
            "Search",
            "Search only",
            "Recherche",
            "Réseau de Recherche",
            "Réseau de Recherche uniquement",
        ),
        "DISPLAY": ("Display", "Display only", "Réseau Display", "Réseau Display uniquement"),
        "VIDEO": ("Video", "Vidéo"),
        "SHOPPING": ("Shopping",),
        "PERFORMANCE_MAX": ("Performance Max", "Performances max", "Performances maximales", "PMax"),
        "DEMAND_GEN": (
            "Demand Gen",
            "Demand generation",
            "Discovery",
            "Génération de la demande",
            "Génération de demande",
        ),
    },
    "'UNSPECIFIED'",
)
STATUS = words(
    "coalesce(campaign_status, status)",
    {
        "ENABLED": ("Enabled", "Active", "Eligible", "Activée", "Activé", "Éligible"),
        "PAUSED": ("Paused", "Campaign paused", "En veille", "Suspendue", "Mise en veille"),
        "REMOVED": ("Removed", "Deleted", "Supprimée", "Supprimé"),
    },
    "null",
)
# Columns of reports that leave out what is rare or private: their sums are below the campaign's.
PARTIAL = (
    Column("search_term", ("Search term", "Search terms", "Terme de recherche", "Termes de recherche")),
    Column("placement", ("Placement", "Placement group", "Emplacement", "Emplacements", "Placement URL")),
    Column("age", ("Age", "Age range", "Âge", "Tranche d'âge")),
    Column("gender", ("Gender", "Sexe", "Genre")),
    Column("audience", ("Audience segment", "Audience", "Segment d'audience")),
    Column("item", ("Item ID", "Product item ID", "ID de l'article", "Product title", "Titre du produit")),
    Column("asset", ("Asset", "Asset ID", "Composant", "Élément")),
    Column("landing_page", ("Landing page", "Page de destination", "Expanded landing page")),
)
WHOLE = whole(*(column.name for column in PARTIAL))
BY_DAY = days_known("in the report open Segment > Time > Day, and download again")
# Without a day column, a report of one single day says its day above the header.
ONE_DAY = "case when _period_start = _period_end then _period_start end"
# The API, and with it every connector, writes a customer id without its dashes.
ACCOUNT_ID = (
    "case when regexp_full_match(_account, '[0-9]{3}-[0-9]{3}-[0-9]{4}') then replace(_account, '-', '') "
    "else _account end"
)
CAMPAIGN_KEY = own_id("campaign_id", "google_ads", "campaign", account=ACCOUNT_ID)
ACCOUNTS = Target(
    "google_ads",
    "account_history",
    {
        "id": ACCOUNT_ID,
        "updated_at": "_exported_at",
        "currency_code": "_currency",
        "descriptive_name": "coalesce(account_name, _account)",
        "time_zone": "_time_zone",
    },
    key=("id",),
    distinct=True,
    account="id",
)
CAMPAIGNS = Target(
    "google_ads",
    "campaign_history",
    {
        "id": CAMPAIGN_KEY,
        "updated_at": "_exported_at",
        "name": "campaign",
        "customer_id": ACCOUNT_ID,
        "advertising_channel_type": CHANNEL_TYPE,
        "advertising_channel_subtype": "nullif(campaign_subtype, '--')",
        "status": STATUS,
    },
    key=("customer_id", "id", "name"),
    distinct=True,
    account="customer_id",
)
