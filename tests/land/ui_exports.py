"""The demonstration company's data as a French marketer downloads it, made from its raw exports.

Ads, people, deals, orders and days in search come as the pages give them; amounts and positions are not
rounded row by row, as there, so that sums can be compared. These stay tables of a connector:

- Shopify's order lines, refunds and products: a page's order names neither the variant of a line, by which
  its cost is known, nor which lines came back and when;
- Mailchimp: no page exports who opened what, and an audience's file lacks its recipients' member ids;
- Search Console's queries and pages by day: the download has them for its whole period only;
- LinkedIn's reach of periods, GA4's events, audiences: the pages' reports are of another grain;
- pages' posts and days, campaigns of Brevo, Salesforce, rank trackers: not tried here;
- costs, rates, surveys, tickets, reviews, listening, offers, partners: tables of no known page.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.land.ui_people import people_and_orders
from tests.land.ui_search import search_console
from tests.land.ui_seeds import Row, french, last_run, newest, read

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
DEVICES = {
    "MOBILE": "Téléphones mobiles",
    "DESKTOP": "Ordinateurs",
    "TABLET": "Tablettes",
    "CONNECTED_TV": "Écrans de télévision",
    "OTHER": "Autres",
}
NETWORKS = {
    "SEARCH": "Recherche Google",
    "SEARCH_PARTNERS": "Partenaires de recherche",
    "CONTENT": "Réseau Display",
    "YOUTUBE_WATCH": "Vidéos YouTube",
    "YOUTUBE": "Vidéos YouTube",
    "MIXED": "Multiréseau",
    "UNSPECIFIED": "",
}
TYPES = {
    "SEARCH": "Réseau de Recherche",
    "DISPLAY": "Réseau Display",
    "VIDEO": "Vidéo",
    "SHOPPING": "Shopping",
    "PERFORMANCE_MAX": "Performance Max",
    "DEMAND_GEN": "Génération de la demande",
}
CATEGORIES = {
    "SUBMIT_LEAD_FORM": "Envoi de formulaire pour prospects",
    "PURCHASE": "Achat",
    "SIGNUP": "Inscription",
    "PAGE_VIEW": "Page vue",
    "DOWNLOAD": "Téléchargement",
}
# Tables that the pages' exports below bring.
REPLACED = {
    "google_ads": (
        "account_history",
        "campaign_history",
        "campaign_stats",
        "campaign_conversion_stats",
        "keyword_stats",
    ),
    "meta_ads": (
        "account_history",
        "campaign_history",
        "ad_history",
        "basic_ad",
        "basic_ad_actions",
        "basic_ad_action_values",
    ),
    "linkedin_ads": (
        "account_history",
        "campaign_history",
        "campaign_group_history",
        "ad_analytics_by_campaign",
    ),
    "hubspot": ("contact", "deal", "deal_contact", "deal_pipeline_stage", "merged_deal"),
    "shopify": ("customer", "order"),
    "brevo": ("contact",),
    "search_console": ("site_report_by_site",),
}


def write_ui_exports(seeds: Path, folder: Path) -> list[Path]:
    """Files of a folder of downloads; gives those in the shape of the platforms' pages."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [*_google(seeds, folder), *_meta(seeds, folder), *_linkedin(seeds, folder)]
    made += [*people_and_orders(seeds, folder), *search_console(seeds, folder)]
    for source in sorted(path for path in seeds.iterdir() if path.is_dir()):
        for path in sorted(source.glob("*.csv")):
            table = path.stem.removeprefix(f"raw_{source.name}__")
            if table not in REPLACED.get(source.name, ()):
                place = folder / "connecteur" / source.name
                place.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place / f"{table}.csv")
    return made


def _google(seeds: Path, folder: Path) -> list[Path]:
    accounts = newest(read(seeds, "google_ads", "account_history"), "updated_at")
    campaigns = newest(read(seeds, "google_ads", "campaign_history"), "updated_at")
    made = []
    for number, account in accounts.items():
        own = Google(folder, account, campaigns)
        for table, write in (
            ("campaign_stats", own.campaigns_report),
            ("campaign_conversion_stats", own.conversions_report),
            ("keyword_stats", own.keywords_report),
        ):
            rows = read(seeds, "google_ads", table)
            kept = last_run(rows, lambda row: row["customer_id"], lambda row: row["date"])
            of_account = [row for row in kept if row["customer_id"] == number]
            if of_account:
                made.append(write(of_account))
    return made


class Google:
    """Reports of one Google Ads account: a title, the days, semicolons, decimal commas, a total."""

    def __init__(self, folder: Path, account: Row, campaigns: Mapping[str, Row]) -> None:
        self.folder = folder
        self.account = account
        self.all = campaigns

    def campaigns_report(self, rows: Sequence[Row]) -> Path:
        header = [
            "Appareil",
            "Réseau (avec partenaires du Réseau de Recherche)",
            "Impr.",
            "Clics",
            "Interactions",
        ]
        header += ["Coût", "Conversions", "Val. conv.", "Conv. après affichage"]
        lines = [
            [
                *self._shared(row, row["id"]),
                DEVICES.get(row["device"], row["device"]),
                NETWORKS[row["ad_network_type"]],
                french(row["impressions"], 0),
                french(row["clicks"], 0),
                french(row["interactions"], 0),
                french(Decimal(row["cost_micros"] or 0) / 1_000_000, 6),
                french(row["conversions"]),
                french(row["conversions_value"]),
                french(row["view_through_conversions"], 0),
            ]
            for row in rows
        ]
        cost = sum(Decimal(row["cost_micros"] or 0) for row in rows) / 1_000_000
        impressions = sum(int(row["impressions"] or 0) for row in rows)
        blank = ["--"] * 8
        total = [
            "Total : compte",
            *blank,
            french(Decimal(impressions), 0),
            "--",
            "--",
            french(cost, 6),
            *["--"] * 3,
        ]
        return self._write("campagnes", "Rapport sur les campagnes", rows, header, [*lines, total])

    def conversions_report(self, rows: Sequence[Row]) -> Path:
        header = ["Action de conversion", "Catégorie de conversion", "Conversions", "Val. conv."]
        lines = [
            [
                *self._shared(row, row["id"]),
                row["conversion_action_name"],
                CATEGORIES.get(row["conversion_action_category"], row["conversion_action_category"]),
                french(row["conversions"]),
                french(row["conversions_value"]),
            ]
            for row in rows
        ]
        return self._write("conversions", "Rapport sur les conversions", rows, header, lines)

    def keywords_report(self, rows: Sequence[Row]) -> Path:
        header = ["ID du groupe d'annonces", "Mot clé", "ID du mot clé", "Appareil"]
        header += [
            "Réseau (avec partenaires du Réseau de Recherche)",
            "Impr.",
            "Clics",
            "Coût",
            "Conversions",
        ]
        header += ["Val. conv.", "Niveau de qualité"]
        lines = [
            [
                *self._shared(row, row["campaign_id"]),
                row["ad_group_id"],
                row["keyword_text"],
                row["ad_group_criterion_criterion_id"],
                DEVICES.get(row["device"], row["device"]),
                NETWORKS[row["ad_network_type"]],
                french(row["impressions"], 0),
                french(row["clicks"], 0),
                french(Decimal(row["cost_micros"] or 0) / 1_000_000, 6),
                french(row["conversions"]),
                french(row["conversions_value"]),
                row["quality_score"] or " --",
            ]
            for row in rows
        ]
        return self._write(
            "mots_cles", "Rapport sur les mots clés pour le Réseau de Recherche", rows, header, lines
        )

    def _shared(self, row: Row, campaign: str) -> list[str]:
        known = self.all[campaign]
        kind = TYPES.get(known["advertising_channel_type"], known["advertising_channel_type"])
        return [row["date"], known["name"], campaign, kind, self.account["id"], self.account["currency_code"]]

    def _write(
        self,
        name: str,
        title: str,
        rows: Sequence[Row],
        header: Sequence[str],
        lines: Sequence[Sequence[str]],
    ) -> Path:
        days = sorted(row["date"] for row in rows)
        shared = ["Jour", "Campagne", "ID de campagne", "Type de campagne", "ID client", "Code de la devise"]
        text = io.StringIO()
        text.write(f"{title}\n{_day(days[0])} - {_day(days[-1])}\n")
        csv.writer(text, delimiter=";", lineterminator="\n").writerows([[*shared, *header], *lines])
        path = self.folder / f"Rapport {name} {self.account['id']}.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        return path


def _day(text: str) -> str:
    found = date.fromisoformat(text)
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def _meta(seeds: Path, folder: Path) -> list[Path]:
    """One row an ad and day: comma, decimal POINT even in French, a byte order mark."""
    (account,) = read(seeds, "meta_ads", "account_history")
    campaigns = newest(read(seeds, "meta_ads", "campaign_history"), "updated_time")
    ads = newest(read(seeds, "meta_ads", "ad_history"), "updated_time")
    counts = _actions(seeds, "basic_ad_actions", ads)
    values = _actions(seeds, "basic_ad_action_values", ads)
    header = ["Début des rapports", "Fin des rapports", "ID du compte", "Nom du compte", "Nom de la campagne"]
    header += ["ID de la campagne", "Nom de la publicité", "ID de la publicité", "Objectif", "Couverture"]
    header += ["Impressions", "Devise", f"Montant dépensé ({account['currency']})", "Clics (tous)"]
    header += ["Clics sur un lien", "Achats sur le site web", "Prospects sur le site web", "Prospects"]
    header += ["Valeur de conversion des achats sur le site web"]
    rows = last_run(
        read(seeds, "meta_ads", "basic_ad"), lambda row: row["account_id"], lambda row: row["date"]
    )
    lines = []
    for row in rows:
        ad = ads[row["ad_id"]]
        campaign = campaigns[ad["campaign_id"]]
        key = row["ad_id"], row["date"]
        lines.append(
            [
                *(row["date"], row["date"], account["id"], account["name"], campaign["name"], campaign["id"]),
                *(ad["name"], ad["id"], campaign["objective"], row["reach"], row["impressions"]),
                *(account["currency"], row["spend"], row["clicks"], row["inline_link_clicks"]),
                counts.get((*key, "offsite_conversion.fb_pixel_purchase"), ""),
                counts.get((*key, "offsite_conversion.fb_pixel_lead"), ""),
                counts.get((*key, "lead"), ""),
                values.get((*key, "offsite_conversion.fb_pixel_purchase"), ""),
            ]
        )
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([header, *lines])
    path = folder / "Rapport-sans-titre-2025-2026.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return [path]


def _actions(seeds: Path, table: str, ads: Mapping[str, Row]) -> dict[tuple[str, str, str], str]:
    rows = read(seeds, "meta_ads", table)
    kept = last_run(rows, lambda row: ads[row["ad_id"]]["account_id"], lambda row: row["date"])
    return {(row["ad_id"], row["date"], row["action_type"]): row["value"] for row in kept}


def _linkedin(seeds: Path, folder: Path) -> list[Path]:
    """UTF-16 with tabs, a preamble, American days, a total."""
    account = next(
        iter(newest(read(seeds, "linkedin_ads", "account_history"), "last_modified_time").values())
    )
    campaigns = newest(read(seeds, "linkedin_ads", "campaign_history"), "last_modified_time")
    groups = newest(read(seeds, "linkedin_ads", "campaign_group_history"), "last_modified_time")
    rows = last_run(
        read(seeds, "linkedin_ads", "ad_analytics_by_campaign"), lambda row: "", lambda row: row["day"]
    )
    header = ["Start Date (in UTC)", "Account Name", "Account ID", "Campaign Group Name", "Campaign Group ID"]
    header += ["Campaign Name", "Campaign ID", "Currency", "Total Spent", "Impressions", "Clicks"]
    header += ["Clicks to Landing Page", "Conversions", "Total Conversion Value", "Leads", "Reach"]
    lines = []
    for row in rows:
        campaign = campaigns[row["campaign_id"]]
        group = groups[campaign["campaign_group_id"]]
        found = date.fromisoformat(row["day"][:10])
        lines.append(
            [
                *(f"{found.month}/{found.day}/{found.year}", account["name"], account["id"], group["name"]),
                *(group["id"], campaign["name"], campaign["id"], account["currency"]),
                *(
                    row["cost_in_local_currency"],
                    row["impressions"],
                    row["clicks"],
                    row["landing_page_clicks"],
                ),
                *(row["external_website_conversions"], row["conversion_value_in_local_currency"]),
                *(row["one_click_leads"], row["approximate_unique_impressions"]),
            ]
        )
    days = sorted(row["day"][:10] for row in rows)
    spent = sum(Decimal(row["cost_in_local_currency"] or 0) for row in rows)
    total = [
        "Total",
        *[""] * 7,
        str(spent),
        str(sum(int(row["impressions"] or 0) for row in rows)),
        *[""] * 6,
    ]
    text = io.StringIO()
    text.write("Campaign Performance Report (in UTC)\n")
    text.write(f"Report Start: {days[0]}\nReport End: {days[-1]}\n\n")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows([header, *lines, total])
    path = folder / "account_508114266_campaign_performance_report.csv"
    path.write_text(text.getvalue(), encoding="utf-16")
    return [path]
