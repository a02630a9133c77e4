"""Salesforce: a report of opportunities, exported with details only or formatted (EN, FR).

A stage is won where the report says so (columns Won, Closed, or a probability of 100 %), else by the names
that Salesforce gives to that stage.
"""

from __future__ import annotations

from leadline.land.format import Column, Footer, Format, Target
from leadline.land.formats.amounts import CURRENCY, currency_known
from leadline.land.formats.salesforce_report import CLOSING_LINES, PREAMBLE, long_id

COLUMNS = (
    Column(
        "opportunity_id",
        ("Opportunity ID", "Opportunity Id", "ID de l'opportunité", "ID de opportunité", "ID opportunité"),
    ),
    Column(
        "opportunity_name",
        ("Opportunity Name", "Nom de l'opportunité", "Nom de opportunité", "Nom opportunité"),
        "person_name",
        required=True,
    ),
    Column("crm_account_id", ("Account ID", "ID du compte", "ID de compte")),
    Column("account_name", ("Account Name", "Nom du compte", "Nom de compte", "Compte"), "person_name"),
    Column(
        "contact_id",
        ("Contact ID", "Primary Contact ID", "ID du contact", "ID de contact", "ID du contact principal"),
    ),
    Column("stage", ("Stage", "Étape", "Phase", "Étape de l'opportunité"), required=True),
    Column(
        "amount",
        (
            "Amount",
            "Montant",
            "Amount ({currency})",
            "Montant ({currency})",
            "Amount (converted)",
            "Montant (converti)",
        ),
        "money",
        required=True,
    ),
    Column(
        "currency_code",
        (
            "Amount Currency",
            "Opportunity Currency",
            "Currency",
            "Devise",
            "Devise du montant",
            "Montant Devise",
            "Devise de l'opportunité",
        ),
    ),
    Column("probability", ("Probability (%)", "Probability", "Probabilité (%)", "Probabilité")),
    Column(
        "close_date",
        ("Close Date", "Date de clôture", "Date de fermeture", "Date de conclusion"),
        "date",
        required=True,
    ),
    Column(
        "created_at",
        ("Created Date", "Create Date", "Date de création", "Created Date/Time", "Date/heure de création"),
        "timestamp",
    ),
    Column("is_won", ("Won", "Gagnée", "Gagné", "Is Won", "Conclue"), "boolean"),
    Column("is_closed", ("Closed", "Fermée", "Fermé", "Clôturée", "Clôturé", "Is Closed"), "boolean"),
    Column("lead_source", ("Lead Source", "Origine de la piste", "Origine de piste", "Source de la piste")),
    Column("opportunity_type", ("Type", "Type d'opportunité", "Opportunity Type")),
    Column("is_deleted", ("Deleted", "Is Deleted", "Supprimé", "Supprimée"), "boolean"),
    Column(
        "opportunity_owner",
        ("Opportunity Owner", "Propriétaire de l'opportunité", "Propriétaire d'opportunité"),
        "person_name",
    ),
    Column("owner_role", ("Owner Role", "Rôle du propriétaire")),
    Column("age", ("Age", "Âge", "Ancienneté")),
    Column("fiscal_period", ("Fiscal Period", "Période fiscale")),
    Column("next_step", ("Next Step", "Étape suivante")),
)
STAGE_WORDS = "strip_accents(lower(trim(stage)))"
SURE = "regexp_matches(trim(coalesce(probability, '')), '^100([.,]0+)? ?%?$')"
WON_WORDS = "closed[ -]*won|fermee?[ /-]*gagnee?|cloturee?[ /-]*gagnee?|conclue?[ /-]*gagnee?|gagnee?"
NAMED_WON = f"regexp_matches({STAGE_WORDS}, '^({WON_WORDS})')"
LOST_WORDS = "closed[ -]*lost|fermee?[ /-]*perdue?|cloturee?[ /-]*perdue?|perdue?"
NAMED_LOST = f"regexp_matches({STAGE_WORDS}, '^({LOST_WORDS})')"
IS_WON = f"coalesce(is_won, {SURE} or {NAMED_WON})"
WITHOUT_ID = (
    "stable_key('salesforce', 'opportunity', hash_pii(opportunity_name), hash_pii(account_name), created_at)"
)

FORMAT = Format(
    name="salesforce_opportunities",
    title="Salesforce opportunities report",
    source="salesforce",
    columns=COLUMNS,
    targets=(
        Target(
            "salesforce",
            "opportunity",
            {
                "id": f"coalesce({long_id('opportunity_id')}, {WITHOUT_ID})",
                "account_id": long_id("crm_account_id"),
                "contact_id": long_id("contact_id"),
                "name": "opportunity_name",
                "amount": "amount",
                "currency_iso_code": CURRENCY,
                "stage_name": "stage",
                "lead_source": "lead_source",
                "type": "opportunity_type",
                "created_date": "created_at",
                "close_date": "cast(close_date as timestamp)",
                "is_closed": f"coalesce(is_closed, {IS_WON} or {NAMED_LOST})",
                "is_won": IS_WON,
                "is_deleted": "is_deleted",
            },
            key=("id",),
        ),
    ),
    signature=("opportunity_name", "stage", "amount", "close_date"),
    languages=("en", "fr"),
    grain="entity",
    footers=(Footer(CLOSING_LINES[0].pattern, sums=("amount",)), *CLOSING_LINES[1:]),
    preamble=PREAMBLE,
    file_names=(r"salesforce.*opportunit", r"^report\d+", r"opportunit"),
    needs=("time_zone",),
    checks=(currency_known("amount"),),
)
