"""HubSpot: deals as a view exports them, with their stage and contacts (EN, FR).

An export names a stage where the connector has its id: the id is made from pipeline and stage. A stage is won
where the file says so (`Is Closed Won`, a probability of 100 %), else by the names that HubSpot gives to that
stage.
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.amounts import CURRENCY, currency_known
from leadline.land.formats.expressions import words
from leadline.land.formats.hubspot_words import CREATED, ORIGINAL_SOURCES, RECORD_IDS

WON = r"^(closed[ -]*won|won|fermee?( -|/| :)? ?gagnee?|gagnee?|conclue?( et gagnee?)?|cloturee? gagnee?)\b"
LOST = r"^(closed[ -]*lost|lost|fermee?( -|/| :)? ?perdue?|perdue?|cloturee? perdue?)\b"
STAGE_WORDS = "strip_accents(lower(trim(stage)))"
STAGE_ID = "stable_key('hubspot', pipeline, stage)"
PIPELINE_ID = "coalesce(pipeline, 'default')"

COLUMNS = (
    Column("record_id", (*RECORD_IDS, "Record ID - Deal", "Deal ID", "ID de la transaction"), required=True),
    Column(
        "deal_name",
        ("Deal Name", "Nom de la transaction", "Nom de transaction"),
        "person_name",
        required=True,
    ),
    Column(
        "stage",
        ("Deal Stage", "Phase de la transaction", "Phase de transaction", "Étape de la transaction"),
        required=True,
    ),
    Column("pipeline", ("Pipeline", "Deal pipeline", "Pipeline de transactions")),
    Column(
        "amount", ("Amount", "Montant", "Amount ({currency})", "Montant ({currency})"), "money", required=True
    ),
    Column("currency_code", ("Currency", "Devise", "Deal currency", "Deal currency code", "Code de devise")),
    Column(
        "deal_owner",
        ("Deal owner", "Propriétaire de la transaction", "Propriétaire de transaction"),
        "person_name",
    ),
    Column(
        "closed_at",
        (
            "Close Date",
            "Date de fermeture",
            "Date de clôture",
            "Date de conclusion",
            "Close Date ({time_zone})",
            "Date de fermeture ({time_zone})",
        ),
        "timestamp",
    ),
    Column("created_at", CREATED, "timestamp"),
    Column(
        "closed_won",
        ("Is Closed Won", "Is Deal Won?", "Est conclue et gagnée", "Est fermée gagnée"),
        "boolean",
    ),
    Column("closed", ("Is Deal Closed?", "Is closed", "Transaction fermée ?", "Est fermée"), "boolean"),
    Column(
        "probability",
        ("Deal probability", "Probabilité de la transaction", "Probabilité de transaction"),
        "text",
    ),
    Column(
        "contact_ids",
        (
            "Associated Contact IDs",
            "Associated Contact ID",
            "ID des contacts associés",
            "IDs des contacts associés",
            "ID de contact associé",
        ),
    ),
    Column(
        "original_source",
        (
            "Original Source Type",
            "Original Traffic Source",
            "Original Source",
            "Type de source d'origine",
            "Source de trafic d'origine",
            "Source d'origine",
        ),
    ),
    Column("is_deleted", ("Deleted", "Is deleted", "Supprimé", "Supprimée"), "boolean"),
)
SURE = "regexp_matches(trim(coalesce(probability, '')), '^(100([.,]0+)? ?%?|1([.,]0+)?)$')"
IS_WON = f"coalesce(closed_won, {SURE} or regexp_matches({STAGE_WORDS}, '{WON}'))"
IS_CLOSED = f"coalesce(closed, {IS_WON} or regexp_matches({STAGE_WORDS}, '{LOST}'))"

FORMAT = Format(
    name="hubspot_deals",
    title="HubSpot deals",
    source="hubspot",
    columns=COLUMNS,
    targets=(
        Target(
            "hubspot",
            "deal",
            {
                "deal_id": "record_id",
                "is_deleted": "is_deleted",
                "deal_pipeline_id": PIPELINE_ID,
                "deal_pipeline_stage_id": STAGE_ID,
                "property_dealname": "deal_name",
                "property_amount": "amount",
                "property_deal_currency_code": CURRENCY,
                "property_closedate": "closed_at",
                "property_createdate": "created_at",
                "property_hs_analytics_source": words("original_source", ORIGINAL_SOURCES, "original_source"),
            },
            key=("deal_id",),
        ),
        Target(
            "hubspot",
            "deal_pipeline_stage",
            {
                "stage_id": STAGE_ID,
                "pipeline_id": PIPELINE_ID,
                "label": "stage",
                "closed_won": IS_WON,
                "is_closed": IS_CLOSED,
                "_fivetran_deleted": "false",
            },
            key=("stage_id",),
            distinct=True,
        ),
        Target(
            "hubspot",
            "deal_contact",
            {
                "contact_id": "trim(unnest(string_split(contact_ids, ';')))",
                "deal_id": "record_id",
                "category": "'landed'",
            },
            key=("deal_id", "contact_id"),
            where="nullif(trim(contact_ids), '') is not null",
        ),
    ),
    signature=("record_id", "deal_name", "stage", "amount"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"hubspot.*deal", r"all-deals", r"toutes-les-transactions"),
    needs=("time_zone",),
    checks=(currency_known("amount"),),
)
