"""Google Search Console: the tables of the Performance page, each a file of the download (EN, FR).

Days feed the daily totals. Queries, pages, countries, devices and appearances cover the whole period and have
a table of their own, except in a file of one day or with a column of days.
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.checks import period_known
from leadline.land.formats.expressions import words

FIGURES = (
    Column("clicks", ("Clicks", "Clics", "URL clicks", "Url Clicks"), "integer", required=True),
    Column("impressions", ("Impressions",), "integer", required=True),
    Column(
        "ctr", ("CTR", "URL CTR", "Url CTR", "Site CTR", "Taux de clics", "Taux de clics (CTR)"), "percent"
    ),
    Column("position", ("Position", "Average position", "Average Position", "Position moyenne"), "decimal"),
)
DAY = ("Date", "Day", "Jour")
SEARCH_TYPE = Column("search_type", ("Search type", "Type de recherche", "Search Type"))
KIND = words(
    "coalesce(search_type, _title, 'web')",
    {
        "image": ("Image", "Images"),
        "video": ("Video", "Videos", "Vidéo", "Vidéos"),
        "news": ("News", "Actualités", "Google Actualités", "Google News"),
        "discover": ("Discover",),
    },
    "'web'",
)
# The name of a download spells the property with underscores; a bare domain is a domain property.
SITE = (
    r"case when regexp_matches(_account, '^https?_{2,3}') "
    r"then regexp_replace(_account, '^(https?)_{2,3}.*$', '\1://') "
    r"|| replace(regexp_replace(_account, '^https?_{2,3}', ''), '_', '/') || '/' "
    r"when regexp_matches(_account, '^[a-z0-9-]+(\.[a-z0-9-]+)+$') then 'sc-domain:' || _account "
    r"else _account end"
)
ONE_DAY = "coalesce(day, case when _period_start = _period_end then _period_start end)"
# Lines that the files of filters and of days say of the whole download; the title is the kind of search.
PREAMBLE = (
    r"^days: (?P<start>\d{4}-\d{2}-\d{2}) to (?P<end>\d{4}-\d{2}-\d{2})$",
    r"^(?:search type|type de recherche)\s*:\s*(?P<title>.+)$",
    r"^date\s*:\s*(?P<start>.*\d{4})\s*[-–]\s*(?P<end>.*\d{4})$",
)
# The name under which the page saves: the property, without its dots' protocol, and the day of the export.
FILE_NAMES = (
    r"(?P<account>https?___?[^/\\]+?|sc-domain[_:][^/\\]+?|[^/\\\s_]+\.[^/\\\s_]+?)_?-Performance-on-(?P<title>Search|Discover|News)",
)


def _measures(position: str = "position") -> dict[str, str]:
    return {"clicks": "clicks", "impressions": "impressions", "ctr": "ctr", "position": position}


def _daily(table: str, condition: str, **more: str) -> Target:
    return Target(
        "search_console",
        table,
        {"date": ONE_DAY, "site": SITE, **more, "search_type": KIND, **_measures()},
        day="date",
        where=f"({ONE_DAY}) is not null and {condition}",
        account="site",
        scope=("search_type",),
    )


def _period(dimension: str) -> Target:
    return Target(
        "search_console",
        "period_report",
        {
            "date_start": "_period_start",
            "date_end": "_period_end",
            "site": SITE,
            "search_type": KIND,
            "dimension": f"'{dimension}'",
            "value": dimension,
            **_measures(),
        },
        day="date_end",
        where=f"({ONE_DAY}) is null",
        account="site",
        scope=("date_start", "search_type", "dimension"),
    )


def _table(
    name: str,
    title: str,
    dimension: str,
    headers: tuple[str, ...],
    *daily: Target,
    others: tuple[Column, ...] = (),
) -> Format:
    return Format(
        name=f"search_console_{name}",
        title=f"Search Console {title}",
        source="search_console",
        columns=(
            Column(dimension, headers, "url" if dimension == "page" else "text", required=True),
            Column("day", DAY, "date"),
            *others,
            SEARCH_TYPE,
            *FIGURES,
        ),
        targets=(*daily, _period(dimension)),
        signature=(dimension, "clicks", "impressions"),
        languages=("en", "fr"),
        grain="period",
        preamble=PREAMBLE,
        file_names=FILE_NAMES,
        needs=("account",),
        checks=(period_known("day", "the file Dates.csv and Filters.csv of the same download"),),
    )


COUNTRY = Column("country", ("Country", "Pays"))
DEVICE = Column("device", ("Device", "Appareil", "Appareils"))
DEVICE_WORD = words(
    "device",
    {
        "DESKTOP": ("Desktop", "Ordinateur", "Ordinateurs"),
        "MOBILE": ("Mobile", "Mobiles"),
        "TABLET": ("Tablet", "Tablette", "Tablettes"),
    },
    "upper(device)",
)
DATES = Format(
    name="search_console_dates",
    title="Search Console dates",
    source="search_console",
    columns=(Column("day", DAY, "date", required=True), COUNTRY, DEVICE, SEARCH_TYPE, *FIGURES),
    targets=(
        Target(
            "search_console",
            "site_report_by_site",
            {
                "date": "day",
                "site": SITE,
                "country": "lower(country)",
                "device": DEVICE_WORD,
                "search_type": KIND,
                **_measures(),
            },
            day="date",
            account="site",
            scope=("search_type",),
        ),
    ),
    signature=("day", "clicks", "impressions", "position"),
    languages=("en", "fr"),
    preamble=PREAMBLE,
    file_names=FILE_NAMES,
    needs=("account",),
)
QUERIES = _table(
    "queries",
    "queries",
    "query",
    ("Top queries", "Queries", "Query", "Requêtes les plus fréquentes", "Requêtes", "Requête"),
    _daily(
        "keyword_site_report_by_site",
        "page is null",
        country="lower(country)",
        device=DEVICE_WORD,
        keyword="query",
    ),
    others=(Column("page", ("Page", "Pages", "Landing page"), "url"), COUNTRY, DEVICE),
)
PAGES = _table(
    "pages",
    "pages",
    "page",
    (
        "Top pages",
        "Pages",
        "Page",
        "Pages les plus populaires",
        "Pages les plus fréquentes",
        "Landing page",
        "URL",
    ),
    _daily("page_report", "true", country="lower(country)", device=DEVICE_WORD, page="page"),
    others=(COUNTRY, DEVICE),
)
COUNTRIES = _table("countries", "countries", "country", ("Country", "Countries", "Pays"))
DEVICES = _table("devices", "devices", "device", ("Device", "Devices", "Appareil", "Appareils"))
APPEARANCES = _table(
    "appearances",
    "appearances in search",
    "appearance",
    (
        "Search Appearance",
        "Search appearance",
        "Apparence dans les résultats de recherche",
        "Apparence dans les recherches",
    ),
)
FILTERS = Format(
    name="search_console_filters",
    title="Search Console filters",
    source="search_console",
    columns=(
        Column("filter", ("Filter", "Filtre"), required=True),
        Column("value", ("Value", "Valeur"), required=True),
    ),
    targets=(),
    signature=("filter", "value"),
    languages=("en", "fr"),
    grain="entity",
    file_names=FILE_NAMES,
)
FORMATS = (DATES, QUERIES, PAGES, COUNTRIES, DEVICES, APPEARANCES, FILTERS)
