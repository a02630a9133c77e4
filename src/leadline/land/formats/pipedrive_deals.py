"""Pipedrive: deals as a list exports them, headers prefixed by the kind of record (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.amounts import CURRENCY, currency_known
from leadline.land.formats.expressions import words

STATUSES = {
    "open": ("Open", "Ouvert", "Ouverte", "En cours"),
    "won": ("Won", "Gagné", "Gagnée", "Conclue", "Remporté", "Remportée"),
    "lost": ("Lost", "Perdu", "Perdue"),
    "deleted": ("Deleted", "Supprimé", "Supprimée"),
}


def headers(*pairs: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
    """`Deal - Title`: an export prefixes each field by its kind of record."""
    return tuple(f"{record} - {name}" for record, names in pairs for name in names)


COLUMNS = (
    Column("deal_id", headers(("Deal", ("ID",)), ("Affaire", ("ID",)))),
    Column(
        "title",
        headers(("Deal", ("Title",)), ("Affaire", ("Titre", "Titre de l'affaire"))),
        "person_name",
        required=True,
    ),
    Column(
        "amount",
        headers(
            ("Deal", ("Value", "Deal value", "Value ({currency})")),
            ("Affaire", ("Valeur", "Valeur de l'affaire", "Valeur ({currency})")),
        ),
        "money",
        required=True,
    ),
    Column(
        "currency_code",
        headers(
            ("Deal", ("Currency of Value", "Currency", "Currency of Deal value")),
            ("Affaire", ("Devise de Valeur", "Devise de la valeur", "Devise")),
        ),
    ),
    Column("status", headers(("Deal", ("Status",)), ("Affaire", ("Statut", "État"))), required=True),
    Column("stage", headers(("Deal", ("Stage",)), ("Affaire", ("Étape", "Phase")))),
    Column("pipeline", headers(("Deal", ("Pipeline",)), ("Affaire", ("Pipeline", "Entonnoir")))),
    Column("organization", headers(("Deal", ("Organization",)), ("Affaire", ("Organisation",)))),
    Column(
        "person_name",
        (
            *headers(
                ("Deal", ("Contact person",)),
                ("Affaire", ("Personne à contacter", "Contact", "Personne de contact")),
            ),
            "Person - Name",
            "Personne - Nom",
        ),
        "person_name",
    ),
    Column("person_id", ("Person - ID", "Personne - ID", "Deal - Person ID", "Affaire - ID de la personne")),
    Column(
        "email",
        (
            "Person - Email",
            "Person - Email - Work",
            "Person - Email (Work)",
            "Personne - E-mail",
            "Personne - E-mail - Travail",
            "Personne - Adresse e-mail",
            "Personne - Email",
            "Personne - E-mail (Travail)",
        ),
        "email",
    ),
    Column("owner", headers(("Deal", ("Owner",)), ("Affaire", ("Propriétaire",))), "person_name"),
    Column(
        "added_at",
        headers(
            ("Deal", ("Deal created", "Deal created on", "Add time", "Created", "Deal created at")),
            (
                "Affaire",
                ("Affaire créée", "Affaire créée le", "Date d'ajout", "Date de création", "Créée le"),
            ),
        ),
        "timestamp",
    ),
    Column(
        "won_at",
        headers(
            ("Deal", ("Won time", "Won on")),
            ("Affaire", ("Date de gain", "Heure de gain", "Heure du gain", "Gagnée le")),
        ),
        "timestamp",
    ),
    Column(
        "lost_at",
        headers(
            ("Deal", ("Lost time", "Lost on")),
            ("Affaire", ("Date de perte", "Heure de perte", "Heure de l'échec", "Perdue le")),
        ),
        "timestamp",
    ),
    Column(
        "closed_at",
        headers(
            ("Deal", ("Deal closed on", "Close time", "Closed on")),
            ("Affaire", ("Affaire clôturée le", "Date de clôture", "Affaire fermée le", "Clôturée le")),
        ),
        "timestamp",
    ),
    Column(
        "expected_close",
        headers(
            ("Deal", ("Expected close date",)),
            ("Affaire", ("Date de clôture prévue", "Date de clôture attendue", "Date de fermeture prévue")),
        ),
        "date",
    ),
    Column(
        "lost_reason",
        headers(("Deal", ("Lost reason",)), ("Affaire", ("Raison de la perte", "Raison de perte"))),
    ),
    Column(
        "source",
        headers(
            ("Deal", ("Source channel", "Source origin", "Source", "Lead source")),
            ("Affaire", ("Canal source", "Canal d'origine", "Source", "Origine", "Source du lead")),
        ),
    ),
)

WITHOUT_ID = "stable_key('pipedrive', 'deal', hash_pii(title), organization, added_at)"

FORMAT = Format(
    name="pipedrive_deals",
    title="Pipedrive deals",
    source="pipedrive",
    columns=COLUMNS,
    targets=(
        Target(
            "pipedrive",
            "deal",
            {
                "id": f"coalesce(deal_id, {WITHOUT_ID})",
                "title": "title",
                "value": "amount",
                "currency": CURRENCY,
                "status": words("status", STATUSES, "lower(trim(status))"),
                "stage": "stage",
                "pipeline": "pipeline",
                "person_id": "person_id",
                "person_email": "email",
                "source": "source",
                "add_time": "added_at",
                "won_time": "won_at",
                "lost_time": "lost_at",
                "close_time": "closed_at",
                "expected_close_date": "expected_close",
                "lost_reason": "lost_reason",
            },
            key=("id",),
        ),
    ),
    signature=("title", "amount", "status"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"^deals?[-_]", r"pipedrive.*deal", r"^affaires?[-_]"),
    needs=("time_zone",),
    checks=(currency_known("amount"),),
)
