"""HubSpot: contacts as a view or a list exports them (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.expressions import words
from leadline.land.formats.hubspot_words import CREATED, LIFECYCLE_STAGES, ORIGINAL_SOURCES, RECORD_IDS

COLUMNS = (
    Column(
        "record_id",
        (*RECORD_IDS, "Record ID - Contact", "Contact ID", "ID du contact", "Contact VID"),
        required=True,
    ),
    Column("first_name", ("First Name", "Prénom"), "person_name"),
    Column("last_name", ("Last Name", "Nom", "Nom de famille"), "person_name"),
    Column(
        "email", ("Email", "E-mail", "Adresse e-mail", "Email address", "Courriel"), "email", required=True
    ),
    Column(
        "phone",
        (
            "Phone Number",
            "Numéro de téléphone",
            "Téléphone",
            "Mobile Phone Number",
            "Numéro de téléphone mobile",
        ),
        "phone",
    ),
    Column("lead_status", ("Lead Status", "Statut du lead", "Statut de lead")),
    Column("created_at", CREATED, "timestamp"),
    Column(
        "first_conversion_at",
        ("First Conversion Date", "Date de première conversion", "Date de la première conversion"),
        "timestamp",
    ),
    Column(
        "lifecycle_stage",
        ("Lifecycle Stage", "Phase du cycle de vie", "Phase de cycle de vie", "Étape du cycle de vie"),
    ),
    Column(
        "lead_at",
        (
            "Became a Lead Date",
            "Date à laquelle le contact est devenu un lead",
            "Date de passage à la phase lead",
            "Est devenu un lead le",
            "Date de conversion en lead",
            'Date entered "Lead (Lifecycle Stage Pipeline)"',
        ),
        "timestamp",
    ),
    Column(
        "mql_at",
        (
            "Became a Marketing Qualified Lead Date",
            "Date à laquelle le contact est devenu un lead qualifié marketing",
            "Date de passage à la phase lead qualifié marketing",
            "Est devenu un lead qualifié marketing le",
            'Date entered "Marketing Qualified Lead (Lifecycle Stage Pipeline)"',
        ),
        "timestamp",
    ),
    Column(
        "sql_at",
        (
            "Became a Sales Qualified Lead Date",
            "Date à laquelle le contact est devenu un lead qualifié commercial",
            "Date de passage à la phase lead qualifié commercial",
            "Est devenu un lead qualifié commercial le",
            'Date entered "Sales Qualified Lead (Lifecycle Stage Pipeline)"',
        ),
        "timestamp",
    ),
    Column(
        "opportunity_at",
        (
            "Became an Opportunity Date",
            "Date à laquelle le contact est devenu une opportunité",
            "Date de passage à la phase opportunité",
            "Est devenu une opportunité le",
            'Date entered "Opportunity (Lifecycle Stage Pipeline)"',
        ),
        "timestamp",
    ),
    Column(
        "customer_at",
        (
            "Became a Customer Date",
            "Date à laquelle le contact est devenu un client",
            "Date de passage à la phase client",
            "Est devenu un client le",
            'Date entered "Customer (Lifecycle Stage Pipeline)"',
        ),
        "timestamp",
    ),
    Column(
        "original_source",
        (
            "Original Source",
            "Original Traffic Source",
            "Original Source Type",
            "Source d'origine",
            "Source originale",
            "Source de trafic d'origine",
            "Source de trafic originale",
            "Type de source d'origine",
        ),
    ),
    Column(
        "source_detail",
        (
            "Original Source Drill-Down 1",
            "Original Traffic Source Drill-Down 1",
            "Original Source Data 1",
            "Détail 1 de la source d'origine",
            "Données de la source d'origine 1",
            "Exploration de la source d'origine 1",
            "Exploration 1 de la source de trafic d'origine",
        ),
    ),
    Column(
        "source_detail_2",
        (
            "Original Source Drill-Down 2",
            "Original Traffic Source Drill-Down 2",
            "Original Source Data 2",
            "Détail 2 de la source d'origine",
            "Données de la source d'origine 2",
            "Exploration de la source d'origine 2",
            "Exploration 2 de la source de trafic d'origine",
        ),
    ),
    Column("company", ("Company Name", "Company", "Nom de l'entreprise", "Entreprise")),
    Column(
        "ga_client_id",
        ("GA Client ID", "GA4 Client ID", "Google Analytics Client ID", "ID client GA", "ID client GA4"),
    ),
    Column(
        "google_click_id",
        (
            "Google ad click id",
            "Google Click ID",
            "GCLID",
            "ID de clic Google",
            "Identifiant de clic publicitaire Google",
        ),
    ),
    Column(
        "merged_ids",
        (
            "Merged Contact IDs",
            "Merged record IDs",
            "IDs des contacts fusionnés",
            "ID des enregistrements fusionnés",
            "ID de fiche d'informations fusionnés",
        ),
    ),
    Column("is_deleted", ("Deleted", "Is deleted", "Supprimé"), "boolean"),
)

FORMAT = Format(
    name="hubspot_contacts",
    title="HubSpot contacts",
    source="hubspot",
    columns=COLUMNS,
    targets=(
        Target(
            "hubspot",
            "contact",
            {
                "id": "record_id",
                "_fivetran_deleted": "is_deleted",
                "property_email": "email",
                "property_firstname": "first_name",
                "property_lastname": "last_name",
                "property_company": "company",
                "property_createdate": "created_at",
                "property_first_conversion_date": "first_conversion_at",
                "property_lifecyclestage": words("lifecycle_stage", LIFECYCLE_STAGES, "lifecycle_stage"),
                "property_hs_lifecyclestage_lead_date": "lead_at",
                "property_hs_lifecyclestage_marketingqualifiedlead_date": "mql_at",
                "property_hs_lifecyclestage_salesqualifiedlead_date": "sql_at",
                "property_hs_lifecyclestage_opportunity_date": "opportunity_at",
                "property_hs_lifecyclestage_customer_date": "customer_at",
                "property_hs_analytics_source": words("original_source", ORIGINAL_SOURCES, "original_source"),
                "property_hs_analytics_source_data_1": "source_detail",
                "property_hs_analytics_source_data_2": "source_detail_2",
                "property_ga_client_id": "ga_client_id",
                "property_hs_google_click_id": "google_click_id",
                "property_hs_merged_object_ids": "merged_ids",
            },
            key=("id",),
        ),
    ),
    signature=("record_id", "email"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"hubspot.*contact", r"all-contacts", r"tous-les-contacts"),
    needs=("time_zone",),
)
