"""The demonstration company's people, deals and orders as the pages of their systems export them in French.

Pages show neither what was deleted nor what was merged into another record.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.land.ui_seeds import Row, newest, read

PARIS = ZoneInfo("Europe/Paris")
DOWNLOADED = datetime(2026, 11, 1, 4, tzinfo=UTC)
SOURCES = {
    "ORGANIC_SEARCH": "Recherche organique",
    "PAID_SEARCH": "Recherche payante",
    "PAID_SOCIAL": "Réseaux sociaux payants",
    "SOCIAL_MEDIA": "Réseaux sociaux organiques",
    "EMAIL_MARKETING": "E-mail marketing",
    "REFERRALS": "Références",
    "DIRECT_TRAFFIC": "Trafic direct",
    "OTHER_CAMPAIGNS": "Autres campagnes",
    "AI_REFERRALS": "Références par IA",
    "OFFLINE": "Sources hors ligne",
    "": "",
}
STAGES = {
    "subscriber": "Abonné",
    "lead": "Lead",
    "marketingqualifiedlead": "Lead qualifié marketing",
    "salesqualifiedlead": "Lead qualifié commercial",
    "opportunity": "Opportunité",
    "customer": "Client",
}
# An order whose lines were all taken out again still has a line of its own.
NO_ITEM = dict.fromkeys(("quantity", "name", "price", "sku", "total_discount"), "")
CONTACT_DATES = {
    "Date de création": "property_createdate",
    "Date de première conversion": "property_first_conversion_date",
    "Date à laquelle le contact est devenu un lead": "property_hs_lifecyclestage_lead_date",
    "Date à laquelle le contact est devenu un lead qualifié marketing": (
        "property_hs_lifecyclestage_marketingqualifiedlead_date"
    ),
    "Date à laquelle le contact est devenu un lead qualifié commercial": (
        "property_hs_lifecyclestage_salesqualifiedlead_date"
    ),
    "Date à laquelle le contact est devenu une opportunité": ("property_hs_lifecyclestage_opportunity_date"),
    "Date à laquelle le contact est devenu un client": "property_hs_lifecyclestage_customer_date",
}


def paris(utc: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment of a connector's table, which is in UTC, as the page shows it."""
    return utc and datetime.fromisoformat(utc).replace(tzinfo=UTC).astimezone(PARIS).strftime(form)


def hubspot_contacts(seeds: Path, folder: Path) -> list[Path]:
    """All contacts: comma, times of the portal to the minute, HubSpot's words in French."""
    contacts = newest(read(seeds, "hubspot", "contact"), "_fivetran_synced").values()
    merged = {part for row in contacts for part in row["property_hs_merged_object_ids"].split(";")}
    lines = [
        {
            "ID de fiche d'informations": row["id"],
            "Prénom": row["property_firstname"],
            "Nom": row["property_lastname"],
            "E-mail": row["property_email"],
            "Nom de l'entreprise": row["property_company"],
            "Phase du cycle de vie": STAGES[row["property_lifecyclestage"]],
            "Source d'origine": SOURCES[row["property_hs_analytics_source"]],
            "Exploration de la source d'origine 1": row["property_hs_analytics_source_data_1"],
            "Exploration de la source d'origine 2": row["property_hs_analytics_source_data_2"],
            "ID client GA": row["property_ga_client_id"],
            "Identifiant de clic publicitaire Google": row["property_hs_google_click_id"],
            "IDs des contacts fusionnés": row["property_hs_merged_object_ids"],
            **{name: paris(row[column]) for name, column in CONTACT_DATES.items()},
        }
        for row in contacts
        if row["_fivetran_deleted"] != "true" and row["id"] not in merged
    ]
    return [_write(folder / "hubspot-crm-exports-tous-les-contacts-2026-11-01.csv", lines)]


def hubspot_deals(seeds: Path, folder: Path) -> list[Path]:
    """All deals with the contacts they belong to: stages by name."""
    stages = {row["stage_id"]: row for row in read(seeds, "hubspot", "deal_pipeline_stage")}
    merged = {row["merged_deal_id"] for row in read(seeds, "hubspot", "merged_deal")}
    people = defaultdict(list)
    for row in read(seeds, "hubspot", "deal_contact"):
        people[row["deal_id"]].append(row["contact_id"])
    lines = [
        {
            "ID de fiche d'informations": row["deal_id"],
            "Nom de la transaction": row["property_dealname"],
            "Phase de la transaction": stages[row["deal_pipeline_stage_id"]]["label"],
            "Pipeline": "Pipeline des ventes",
            "Montant": row["property_amount"],
            "Devise": row["property_deal_currency_code"],
            "Date de fermeture": paris(row["property_closedate"]),
            "Date de création": paris(row["property_createdate"]),
            "Source de trafic d'origine": SOURCES[row["property_hs_analytics_source"]],
            "ID des contacts associés": ";".join(people[row["deal_id"]]),
        }
        for row in read(seeds, "hubspot", "deal")
        if row["is_deleted"] != "true" and row["deal_id"] not in merged
    ]
    return [_write(folder / "hubspot-crm-exports-toutes-les-transactions-2026-11-01.csv", lines)]


def shopify_customers(seeds: Path, folder: Path) -> list[Path]:
    """Customers: the headers are English in every language; ids bear an apostrophe against spreadsheets."""
    lines = [
        {
            "Customer ID": f"'{row['id']}",
            "First Name": row["first_name"],
            "Last Name": row["last_name"],
            "Email": row["email"],
            "Accepts Email Marketing": "yes" if row["accepts_marketing"] == "true" else "no",
            "Total Spent": f"{float(row['total_spent']):.2f}",
            "Total Orders": row["orders_count"],
        }
        for row in newest(read(seeds, "shopify", "customer"), "updated_at").values()
    ]
    return [_write(folder / "customers_export.csv", lines)]


def shopify_orders(seeds: Path, folder: Path) -> list[Path]:
    """A line a line item; what belongs to the order stands on its first line. Test orders are no orders."""
    emails = {row["id"]: row["email"] for row in read(seeds, "shopify", "customer")}
    goods = defaultdict(list)
    for row in sorted(read(seeds, "shopify", "order_line"), key=lambda row: int(row["index"])):
        goods[row["order_id"]].append(row)
    back: dict[str, float] = defaultdict(float)
    orders = {row["id"]: row["order_id"] for row in read(seeds, "shopify", "refund")}
    for row in read(seeds, "shopify", "order_line_refund"):
        back[orders[row["refund_id"]]] += float(row["subtotal"])
    lines = []
    for order in read(seeds, "shopify", "order"):
        if order["test"] == "true":
            continue
        first = _order(order, order["email"] or emails.get(order["customer_id"], ""), back[order["id"]])
        for number, item in enumerate(goods[order["id"]] or [NO_ITEM]):
            shared = first if number == 0 else {"Name": order["name"], "Email": first["Email"]}
            lines.append({**dict.fromkeys(first, ""), **shared, **_item(order, item)})
    return [_write(folder / "orders_export_1.csv", lines)]


def _order(order: Row, email: str, refunded: float) -> dict[str, str]:
    return {
        "Name": order["name"],
        "Email": email,
        "Financial Status": order["financial_status"],
        "Paid at": paris(order["processed_at"], "%Y-%m-%d %H:%M:%S %z"),
        "Currency": order["currency"],
        "Subtotal": f"{float(order['subtotal_price']):.2f}",
        "Shipping": f"{float(order['total_price']) - float(order['subtotal_price']):.2f}",
        "Taxes": f"{float(order['total_tax']):.2f}",
        "Total": f"{float(order['total_price']):.2f}",
        "Discount Amount": f"{float(order['total_discounts']):.2f}",
        "Cancelled at": paris(order["cancelled_at"], "%Y-%m-%d %H:%M:%S %z"),
        "Refunded Amount": f"{refunded:.2f}",
        "Id": order["id"],
        "Source": order["source_name"],
    }


def _item(order: Row, item: Row) -> dict[str, str]:
    return {
        "Created at": paris(order["created_at"], "%Y-%m-%d %H:%M:%S %z"),
        "Lineitem quantity": item["quantity"],
        "Lineitem name": item["name"],
        "Lineitem price": item["price"] and f"{float(item['price']):.2f}",
        "Lineitem sku": item["sku"],
        "Lineitem discount": f"{float(item['total_discount'] or 0):.2f}",
    }


def brevo_contacts(seeds: Path, folder: Path) -> list[Path]:
    """All contacts: semicolons, times of the account with the day first."""
    form = "%d/%m/%Y %H:%M:%S"
    lines = [
        {
            "ID du contact": row["id"],
            "E-mail": row["email"],
            "PRENOM": row["attributes_firstname"],
            "NOM": row["attributes_lastname"],
            "Liste noire e-mail": "Oui" if row["email_blacklisted"] == "true" else "Non",
            "Date d'ajout": paris(row["created_at"], form),
            "Dernière modification": paris(row["modified_at"], form),
            "Date de désinscription": paris(row["unsubscribed_at"], form),
            "ID de la liste": row["list_id"],
        }
        for row in read(seeds, "brevo", "contact")
    ]
    return [_write(folder / "brevo_contacts.csv", lines, delimiter=";")]


def _write(path: Path, lines: Sequence[Mapping[str, str]], delimiter: str = ",") -> Path:
    """A table with a byte order mark, downloaded on the day of the raw data's last synchronisation."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    # When it was downloaded is when its people were on the list.
    os.utime(path, (DOWNLOADED.timestamp(), DOWNLOADED.timestamp()))
    return path


def people_and_orders(seeds: Path, folder: Path) -> Iterable[Path]:
    """Everything of this file."""
    for write in (hubspot_contacts, hubspot_deals, shopify_customers, shopify_orders, brevo_contacts):
        yield from write(seeds, folder)
