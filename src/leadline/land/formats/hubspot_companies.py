"""HubSpot: companies as a view or a list exports them (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.expressions import words
from leadline.land.formats.hubspot_words import CREATED, LIFECYCLE_STAGES, RECORD_IDS

FORMAT = Format(
    name="hubspot_companies",
    title="HubSpot companies",
    source="hubspot",
    columns=(
        Column(
            "record_id",
            (*RECORD_IDS, "Record ID - Company", "Company ID", "ID de l'entreprise"),
            required=True,
        ),
        Column("company_name", ("Company name", "Nom de l'entreprise"), required=True),
        Column(
            "domain",
            ("Company Domain Name", "Nom de domaine de l'entreprise", "Domain name", "Nom de domaine"),
        ),
        Column("created_at", CREATED, "timestamp"),
        Column("industry", ("Industry", "Secteur d'activité", "Secteur")),
        Column("city", ("City", "Ville")),
        Column("country", ("Country/Region", "Country", "Pays/région", "Pays")),
        Column("employees", ("Number of Employees", "Nombre d'employés", "Nombre de salariés"), "integer"),
        Column("annual_revenue", ("Annual Revenue", "Chiffre d'affaires annuel", "Revenu annuel"), "decimal"),
        Column(
            "lifecycle_stage",
            ("Lifecycle Stage", "Phase du cycle de vie", "Phase de cycle de vie", "Étape du cycle de vie"),
        ),
        Column("company_owner", ("Company owner", "Propriétaire de l'entreprise"), "person_name"),
        Column("phone", ("Phone Number", "Numéro de téléphone"), "phone"),
    ),
    targets=(
        Target(
            "hubspot",
            "company",
            {
                "id": "record_id",
                "property_name": "company_name",
                "property_domain": "domain",
                "property_createdate": "created_at",
                "property_industry": "industry",
                "property_city": "city",
                "property_country": "country",
                "property_numberofemployees": "employees",
                "property_annualrevenue": "annual_revenue",
                "property_lifecyclestage": words("lifecycle_stage", LIFECYCLE_STAGES, "lifecycle_stage"),
            },
            key=("id",),
        ),
    ),
    signature=("record_id", "company_name", "domain"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"hubspot.*compan", r"all-companies", r"toutes-les-entreprises"),
    needs=("time_zone",),
)
