"""The same export as a workbook lands as the same rows, its cells text or typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.land.formats import test_email, test_hubspot, test_pipedrive, test_salesforce, test_shopify
from tests.land.formats.landing import Result, landed

# text, delimiter, what the user says
EXPORTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "hubspot_contacts": (test_hubspot.CONTACTS, ",", {"time_zone": "Europe/Paris"}),
    "hubspot_deals": (test_hubspot.DEALS_FR, ",", {"time_zone": "Europe/Paris"}),
    "salesforce_opportunities": (test_salesforce.OPPORTUNITIES, ",", {"time_zone": "UTC"}),
    "mailchimp_campaigns": (test_email.REPORT, ",", {"time_zone": "UTC", "currency": "USD"}),
    "brevo_contacts": (test_email.BREVO, ";", {"time_zone": "Europe/Paris"}),
    "klaviyo_campaigns": (test_email.KLAVIYO, ",", {"time_zone": "UTC", "currency": "EUR"}),
    "pipedrive_deals": (test_pipedrive.DEALS_FR, ";", {"time_zone": "Europe/Paris", "currency": "EUR"}),
    "shopify_orders": (test_shopify.ORDERS, ",", {}),
}


def facts(result: Result) -> dict[str, list[tuple[tuple[str, Any], ...]]]:
    """The rows of each raw table without what names the file and line."""
    return {
        table: sorted(
            (tuple(sorted((k, v) for k, v in row.items() if not k.startswith("_landed"))) for row in rows),
            key=str,
        )
        for table, rows in result.rows.items()
    }


@pytest.mark.parametrize("name", EXPORTS)
def test_a_workbook_lands_as_its_text_does(name: str, tmp_path: Path) -> None:
    text, delimiter, said = EXPORTS[name]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter):
        sheet.append(row)
    book.save(tmp_path / "export.xlsx")
    plain = landed(text, **said)
    assert plain.format == name
    assert facts(landed(tmp_path / "export.xlsx", **said)) == facts(plain)


def test_typed_cells_are_what_they_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Record ID", "Deal Name", "Deal Stage", "Amount", "Currency", "Close Date", "Create Date"])
    sheet.append(
        [
            9001,
            "Engine",
            "Closed Won",
            1234.5,
            "EUR",
            dt.datetime(2026, 3, 4),
            dt.datetime(2026, 2, 1, 10, 30),
        ]
    )
    book.save(tmp_path / "deals.xlsx")
    (deal,) = landed(tmp_path / "deals.xlsx", time_zone="Europe/Paris").table("hubspot.deal")
    assert (deal["deal_id"], deal["property_amount"]) == ("9001", 1234.5)
    # The fourth of March, in any order of day and month: midnight in Paris, an hour ahead of UTC.
    assert deal["property_closedate"] == dt.datetime(2026, 3, 3, 23)
    assert deal["property_createdate"] == dt.datetime(2026, 2, 1, 9, 30)
