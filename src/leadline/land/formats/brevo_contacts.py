"""Brevo: contacts as the contacts page exports them (EN, FR). Whoever is blacklisted receives nothing, in any
list.
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.expressions import words

STATES = {
    "out": (
        "Unsubscribed",
        "Blacklisted",
        "Blocklisted",
        "Désabonné",
        "Désabonnée",
        "Désinscrit",
        "Désinscrite",
        "Blacklisté",
        "Sur liste noire",
        "Liste noire",
        "Bloqué",
    ),
    "in": ("Subscribed", "Abonné", "Abonnée", "Inscrit", "Inscrite", "Active", "Actif"),
}
STATE = words("state", STATES, "null")
BLACKLISTED = f"coalesce(blacklisted, {STATE} = 'out', unsubscribed_at is not null)"

FORMAT = Format(
    name="brevo_contacts",
    title="Brevo contacts",
    source="brevo",
    columns=(
        Column("contact_id", ("CONTACT ID", "CONTACT_ID", "ID du contact", "ID contact", "ID")),
        Column(
            "email",
            ("EMAIL", "E-mail", "Adresse e-mail", "E-mail address", "Adresse email"),
            "email",
            required=True,
        ),
        Column("first_name", ("FIRSTNAME", "PRENOM", "First name", "Prénom"), "person_name"),
        Column("last_name", ("LASTNAME", "NOM", "Last name", "Nom"), "person_name"),
        Column("phone", ("SMS", "Téléphone", "Phone"), "phone"),
        Column("whatsapp", ("WHATSAPP",), "phone"),
        Column("double_opt_in", ("DOUBLE_OPT-IN", "DOUBLE_OPT_IN")),
        Column("opt_in", ("OPT_IN", "OPTIN")),
        Column(
            "added_at",
            (
                "ADDED_TIME",
                "Added time",
                "Added on",
                "Date added",
                "Data added",
                "Date d'ajout",
                "Ajouté le",
                "Creation date",
                "Created at",
                "CREATED_AT",
                "createdAt",
                "Date de création",
                "Date d'inscription",
            ),
            "timestamp",
            required=True,
        ),
        Column(
            "modified_at",
            (
                "MODIFIED_TIME",
                "Last changed",
                "Last modified",
                "Modified at",
                "MODIFIED_AT",
                "modifiedAt",
                "Dernière modification",
                "Date de modification",
                "Modifié le",
                "Last update",
                "Dernière mise à jour",
            ),
            "timestamp",
            required=True,
        ),
        Column(
            "unsubscribed_at",
            (
                "UNSUBSCRIBED_TIME",
                "Unsubscribed at",
                "Unsubscription date",
                "Date de désinscription",
                "Date de désabonnement",
            ),
            "timestamp",
        ),
        Column(
            "blacklisted",
            (
                "BLACKLISTED",
                "EMAIL_BLACKLISTED",
                "emailBlacklisted",
                "Email blacklisted",
                "Email blocklisted",
                "Blocklisted",
                "Blacklisté",
                "E-mail sur liste noire",
                "Liste noire e-mail",
                "Liste noire",
            ),
            "boolean",
        ),
        Column(
            "state",
            (
                "Email campaigns",
                "Email subscription",
                "Subscribed",
                "Email status",
                "Campagnes e-mail",
                "Abonnement e-mail",
                "Abonné",
                "Statut e-mail",
                "Statut",
            ),
        ),
        Column(
            "list_id",
            ("LIST_ID", "LIST ID", "List IDs", "List", "Lists", "Liste", "Listes", "ID de la liste"),
        ),
    ),
    targets=(
        Target(
            "brevo",
            "contact",
            {
                "id": "coalesce(contact_id, stable_key('brevo', hash_pii(email)))",
                "email": "email",
                "email_blacklisted": BLACKLISTED,
                "created_at": "added_at",
                "modified_at": "modified_at",
                "unsubscribed_at": "unsubscribed_at",
                "list_id": "coalesce(list_id, _account, 'contacts')",
                "attributes_firstname": "first_name",
                "attributes_lastname": "last_name",
            },
            key=("id", "list_id"),
        ),
    ),
    signature=("email", "added_at", "modified_at"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"brevo.*contact", r"sendinblue", r"^contacts?[-_]"),
    needs=("time_zone",),
)
