"""Exports as people download them, typed by hand for the tests of landing."""

from __future__ import annotations

from pathlib import Path

GOOGLE = """Rapport sur les campagnes
1 janvier 2026 - 31 janvier 2026
Jour;Campagne;Code de la devise;Coût;Impr.;Clics;Conversions
2026-01-30;Soldes;EUR;{first};1 000;40;1,50
2026-01-31;Soldes;EUR;{second};1 100;44;2,00
"""
CONTACTS = """Record ID,First Name,Last Name,Email,Phone Number,Create Date,Lifecycle Stage,Original Source
101,Jean,Dupont,Jean.Dupont@Example.fr,06 12 34 56 78,2026-01-05 10:00,Lead,Organic Search
102,Zoé,Martin,zoe@example.fr,06 99 88 77 66,2026-01-06 11:00,Customer,Paid Search
"""


def google(folder: Path, name: str, first: str = "12,50", second: str = "13,75") -> Path:
    """A French campaign report of two days; decimal commas, and spaces in thousands."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(GOOGLE.format(first=first, second=second), encoding="utf-8")
    return path


def contacts(folder: Path, name: str) -> Path:
    """A CRM export of two contacts, with addresses, names and phones."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(CONTACTS, encoding="utf-8")
    return path
