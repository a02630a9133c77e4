"""Where visits come from: every source, and every campaign with what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """An advertising account."""

    platform: str
    id: str
    name: str
    currency: str
    time_zone: str


GOOGLE_EUR = Account("google_ads", "4821907733", "Maison Oriane FR", "EUR", "Europe/Paris")
GOOGLE_USD = Account("google_ads", "9150338264", "Maison Oriane B2B", "USD", "Europe/Paris")
META = Account("meta_ads", "1048826610377455", "Maison Oriane", "EUR", "Europe/Paris")
LINKEDIN = Account("linkedin_ads", "508114266", "Maison Oriane Entreprises", "EUR", "Europe/Paris")
ACCOUNTS = (GOOGLE_EUR, GOOGLE_USD, META, LINKEDIN)
ALL_YEAR = tuple(range(1, 13))


@dataclass(frozen=True)
class Origin:
    """Where visits come from; `weights` says how often for visits that browse, buy, look for an offer, ask
    for one."""

    key: str
    source: str
    medium: str
    channel: str
    weights: tuple[int, int, int, int]
    label: str | None = None  # of the campaign; its name is year-month-label
    months: tuple[int, ...] = ALL_YEAR
    referrer: str | None = None
    campaign_id: str | None = None
    account: Account | None = None
    kind: str | None = None  # the ad platform's word for the campaign's type
    cpc: int = 0  # cents of the account's currency
    per_click: int = 0  # impressions for one click
    daily: int = 0  # impressions a day, whoever clicks, at scale 1
    leads: bool = False
    tagged: bool = True  # UTM parameters in the address; False: the platform's own click id
    former: str | None = None  # the name before it was renamed
    keywords: tuple[str, ...] = field(default=())
    namesake: str | None = None  # the key of the campaign whose name this one bears too


ORIGINS = (
    Origin("direct", "(direct)", "(none)", "Direct", (190, 230, 150, 160), tagged=False),
    Origin(
        "google",
        "google",
        "organic",
        "Organic Search",
        (250, 210, 230, 190),
        tagged=False,
        referrer="https://www.google.com/",
    ),
    Origin(
        "bing",
        "bing",
        "organic",
        "Organic Search",
        (22, 18, 24, 18),
        tagged=False,
        referrer="https://www.bing.com/",
    ),
    Origin(
        "google_brand",
        "google",
        "cpc",
        "Paid Search",
        (50, 96, 26, 20),
        "marque",
        campaign_id="21500000011",
        account=GOOGLE_EUR,
        kind="SEARCH",
        cpc=48,
        per_click=7,
        daily=5,
        tagged=False,
        former="Brand FR",
        keywords=("maison oriane", "oriane the", "maison oriane lyon"),
    ),
    Origin(
        "google_generic",
        "google",
        "cpc",
        "Paid Search",
        (76, 92, 20, 8),
        "the-vert",
        campaign_id="21500000012",
        account=GOOGLE_EUR,
        kind="SEARCH",
        cpc=95,
        per_click=22,
        daily=12,
        tagged=False,
        months=(1, 2, 3, 4, 9, 10, 11, 12),
        keywords=("acheter the vert", "the en vrac", "coffret the"),
    ),
    Origin(
        "google_typed",
        "GOOGLE",
        "cpc",
        "Paid Search",
        (9, 8, 2, 0),
        "the-vert",
        months=(1, 2, 3, 4, 9, 10, 11, 12),
    ),
    Origin(
        "google_shopping",
        "google",
        "cpc",
        "Paid Shopping",
        (40, 62, 0, 0),
        "shopping",
        campaign_id="21500000013",
        account=GOOGLE_EUR,
        kind="SHOPPING",
        cpc=66,
        per_click=55,
        daily=25,
        tagged=False,
        months=(5, 6, 9, 10, 11),
    ),
    Origin(
        "google_cross",
        "google",
        "cpc",
        "Cross-network",
        (64, 118, 0, 0),
        "noel-cross-network",
        campaign_id="21500000014",
        account=GOOGLE_EUR,
        kind="PERFORMANCE_MAX",
        cpc=72,
        per_click=70,
        daily=40,
        tagged=False,
        months=(11, 12),
    ),
    Origin(
        "google_display",
        "google",
        "display",
        "Display",
        (105, 0, 0, 0),
        "notoriete",
        campaign_id="21500000015",
        account=GOOGLE_EUR,
        kind="DISPLAY",
        cpc=44,
        per_click=310,
        daily=160,
        months=(3, 4),
    ),
    Origin(
        "google_b2b",
        "google",
        "cpc",
        "Paid Search",
        (0, 0, 130, 150),
        "the-bureau",
        campaign_id="21600000021",
        account=GOOGLE_USD,
        kind="SEARCH",
        cpc=310,
        per_click=19,
        daily=4,
        leads=True,
        tagged=False,
        months=(1, 2, 3, 4, 5, 6, 9, 10, 11),
        keywords=("the pour entreprise", "fournisseur the hotel"),
    ),
    Origin(
        "meta_prospecting",
        "facebook",
        "cpc",
        "Paid Social",
        (92, 70, 8, 0),
        "prospection",
        campaign_id="120210000000031",
        account=META,
        kind="OUTCOME_SALES",
        cpc=64,
        per_click=85,
        daily=45,
        months=(1, 2, 3, 5, 6, 9, 10, 11, 12),
    ),
    Origin(
        "meta_twin",
        "facebook",
        "cpc",
        "Paid Social",
        (34, 30, 0, 0),
        "prospection",
        campaign_id="120210000000032",
        account=META,
        kind="OUTCOME_SALES",
        cpc=69,
        per_click=90,
        daily=30,
        months=(11,),
        namesake="meta_prospecting",
    ),
    Origin(
        "meta_retargeting",
        "instagram",
        "paid_social",
        "Paid Social",
        (20, 62, 0, 0),
        "panier-oublie",
        campaign_id="120210000000033",
        account=META,
        kind="OUTCOME_SALES",
        cpc=52,
        per_click=48,
        daily=20,
        months=(1, 4, 6, 7, 10, 11, 12),
        former="Retargeting - paniers",
    ),
    Origin(
        "meta_leads",
        "facebook",
        "cpc",
        "Paid Social",
        (0, 0, 80, 120),
        "echantillons",
        campaign_id="120210000000034",
        account=META,
        kind="OUTCOME_LEADS",
        cpc=140,
        per_click=70,
        daily=25,
        leads=True,
        months=(2, 3, 4, 5, 9, 10),
    ),
    Origin(
        "linkedin_leads",
        "linkedin",
        "cpc",
        "Paid Social",
        (0, 0, 110, 170),
        "hotels-restaurants",
        campaign_id="330000041",
        account=LINKEDIN,
        kind="LEAD_GENERATION",
        cpc=690,
        per_click=110,
        daily=40,
        leads=True,
        months=(1, 2, 3, 5, 6, 9, 10, 11),
    ),
    Origin(
        "linkedin_brand",
        "linkedin",
        "cpc",
        "Paid Social",
        (0, 0, 52, 0),
        "image-de-marque",
        campaign_id="330000042",
        account=LINKEDIN,
        kind="BRAND_AWARENESS",
        cpc=760,
        per_click=240,
        daily=70,
        months=(4, 5, 6),
    ),
    Origin(
        "facebook_m",
        "m.facebook.com",
        "referral",
        "Organic Social",
        (22, 14, 2, 2),
        tagged=False,
        referrer="https://m.facebook.com/",
    ),
    Origin(
        "facebook_l",
        "l.facebook.com",
        "referral",
        "Organic Social",
        (14, 9, 2, 0),
        tagged=False,
        referrer="https://l.facebook.com/",
    ),
    Origin(
        "facebook_lm",
        "lm.facebook.com",
        "referral",
        "Organic Social",
        (10, 6, 0, 0),
        tagged=False,
        referrer="https://lm.facebook.com/",
    ),
    Origin(
        "instagram",
        "l.instagram.com",
        "referral",
        "Organic Social",
        (26, 20, 0, 0),
        tagged=False,
        referrer="https://l.instagram.com/",
    ),
    Origin(
        "linkedin",
        "linkedin.com",
        "referral",
        "Organic Social",
        (2, 0, 40, 30),
        tagged=False,
        referrer="https://www.linkedin.com/",
    ),
    Origin(
        "chatgpt",
        "chatgpt.com",
        "referral",
        "AI Assistants",
        (18, 13, 30, 26),
        tagged=False,
        referrer="https://chatgpt.com/",
    ),
    Origin(
        "perplexity",
        "perplexity.ai",
        "referral",
        "AI Assistants",
        (8, 5, 12, 8),
        tagged=False,
        referrer="https://www.perplexity.ai/",
    ),
    Origin(
        "journal",
        "lejournalduthe.example",
        "referral",
        "Referral",
        (24, 16, 8, 6),
        tagged=False,
        referrer="https://lejournalduthe.example/",
    ),
    Origin(
        "affiliate",
        "cercle-des-theieres",
        "affiliate",
        "Affiliates",
        (16, 22, 0, 0),
        "partenaires",
        referrer="https://cercle-des-theieres.example/",
    ),
    Origin(
        "youtube",
        "youtube.com",
        "referral",
        "Organic Video",
        (8, 4, 0, 0),
        tagged=False,
        referrer="https://www.youtube.com/",
    ),
    Origin("unset", "(not set)", "(not set)", "Unassigned", (7, 4, 4, 2), tagged=False),
    Origin("undefined", "undefined", "undefined", "Unassigned", (6, 3, 3, 0), "undefined"),
)

NETWORKS = {
    "SEARCH": "SEARCH",
    "SHOPPING": "SEARCH",
    "PERFORMANCE_MAX": "MIXED",
    "DISPLAY": "CONTENT",
}
