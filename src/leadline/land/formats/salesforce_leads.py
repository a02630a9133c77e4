"""Salesforce: a report of leads, exported with details only or formatted (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.salesforce_report import CLOSING_LINES, PREAMBLE, long_id

COLUMNS = (
    Column("lead_id", ("Lead ID", "Lead Id", "ID de la piste", "ID de piste", "ID piste")),
    Column("first_name", ("First Name", "Prénom"), "person_name"),
    Column("last_name", ("Last Name", "Nom", "Nom de famille"), "person_name"),
    Column("full_name", ("Name", "Lead Name", "Full Name", "Nom complet", "Nom de la piste"), "person_name"),
    Column("email", ("Email", "E-mail", "Adresse e-mail", "Email Address", "Adresse électronique"), "email"),
    Column("phone", ("Phone", "Téléphone", "Mobile", "Mobile Phone", "Téléphone mobile"), "phone"),
    Column(
        "company",
        ("Company / Account", "Company", "Société / Compte", "Société", "Société/Compte", "Entreprise"),
    ),
    Column(
        "lead_source",
        (
            "Lead Source",
            "Origine de la piste",
            "Source de la piste",
            "Origine de piste",
            "Origine du prospect",
        ),
    ),
    Column(
        "status",
        ("Lead Status", "Status", "Statut de la piste", "Statut de piste", "Statut", "État de la piste"),
    ),
    Column(
        "created_at",
        (
            "Create Date",
            "Created Date",
            "Date de création",
            "Date/heure de création",
            "Created Date/Time",
            "Created",
        ),
        "timestamp",
        required=True,
    ),
    Column("is_converted", ("Converted", "Convertie", "Converti", "Is Converted"), "boolean"),
    Column("converted_at", ("Converted Date", "Date de conversion"), "timestamp"),
    Column(
        "converted_contact_id",
        (
            "Converted Contact ID",
            "Contact ID",
            "ID du contact converti",
            "ID de contact converti",
            "ID du contact",
        ),
    ),
    Column(
        "converted_opportunity_id",
        (
            "Converted Opportunity ID",
            "Opportunity ID",
            "ID de l'opportunité convertie",
            "ID de l'opportunité",
        ),
    ),
    Column(
        "mql_at",
        ("MQL Date", "Date MQL", "Marketing Qualified Date", "Date de qualification marketing"),
        "timestamp",
    ),
    Column(
        "sql_at",
        ("SQL Date", "Date SQL", "Sales Qualified Date", "Date de qualification commerciale"),
        "timestamp",
    ),
    Column("google_click_id", ("GCLID", "Google Click ID", "ID de clic Google")),
    Column("ga_client_id", ("GA Client ID", "GA4 Client ID", "ID client GA", "ID client GA4")),
    Column("campaign", ("Campaign", "Campaign Name", "Primary Campaign", "Campagne", "Nom de la campagne")),
    Column("is_deleted", ("Deleted", "Is Deleted", "Supprimé", "Supprimée"), "boolean"),
    Column("lead_owner", ("Lead Owner", "Propriétaire de la piste", "Propriétaire de piste"), "person_name"),
)
# Hashed names and open ones (--keep-pii) give one key: what is hashed is not hashed again.
NAMES = "coalesce(hash_pii(full_name), nullif(concat_ws(' ', hash_pii(first_name), hash_pii(last_name)), ''))"
NAME = f"coalesce(hash_pii(email), {NAMES}, company)"
WITHOUT_ID = f"stable_key('salesforce', 'lead', {NAME}, created_at)"

FORMAT = Format(
    name="salesforce_leads",
    title="Salesforce leads report",
    source="salesforce",
    columns=COLUMNS,
    targets=(
        Target(
            "salesforce",
            "lead",
            {
                "id": f"coalesce({long_id('lead_id')}, {WITHOUT_ID})",
                "email": "email",
                "first_name": "first_name",
                "last_name": "coalesce(last_name, full_name)",
                "company": "company",
                "status": "status",
                "lead_source": "lead_source",
                "created_date": "created_at",
                "mql_date_c": "mql_at",
                "sql_date_c": "sql_at",
                "is_converted": "coalesce(is_converted, converted_at is not null)",
                "converted_date": "converted_at",
                "converted_contact_id": long_id("converted_contact_id"),
                "converted_opportunity_id": long_id("converted_opportunity_id"),
                "is_deleted": "is_deleted",
                "gclid_c": "google_click_id",
                "ga_client_id_c": "ga_client_id",
                "campaign_c": "campaign",
            },
            key=("id",),
        ),
    ),
    signature=("created_at", "lead_source", "status"),
    languages=("en", "fr"),
    grain="entity",
    footers=CLOSING_LINES,
    preamble=PREAMBLE,
    file_names=(r"salesforce.*lead", r"^report\d+", r"^leads?[-_ ]", r"pistes"),
    needs=("time_zone",),
)
