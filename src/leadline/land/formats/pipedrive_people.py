"""Pipedrive: people as a list exports them, headers prefixed by the kind of record (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

EMAIL = "coalesce(email, home_email, other_email)"
WITHOUT_ID = f"stable_key('pipedrive', 'person', hash_pii(coalesce({EMAIL}, full_name)))"

FORMAT = Format(
    name="pipedrive_people",
    title="Pipedrive people",
    source="pipedrive",
    columns=(
        Column("person_id", ("Person - ID", "Personne - ID")),
        Column(
            "full_name",
            ("Person - Name", "Personne - Nom", "Personne - Nom complet"),
            "person_name",
            required=True,
        ),
        Column("first_name", ("Person - First name", "Personne - Prénom"), "person_name"),
        Column("last_name", ("Person - Last name", "Personne - Nom de famille"), "person_name"),
        Column(
            "email",
            (
                "Person - Email - Work",
                "Person - Email (Work)",
                "Person - Email",
                "Personne - E-mail - Travail",
                "Personne - E-mail (Travail)",
                "Personne - E-mail",
                "Personne - Adresse e-mail",
                "Personne - Email",
                "Personne - E-mail - Professionnel",
            ),
            "email",
        ),
        Column(
            "home_email",
            ("Person - Email - Home", "Person - Email (Home)", "Personne - E-mail - Domicile"),
            "email",
        ),
        Column(
            "other_email",
            ("Person - Email - Other", "Person - Email (Other)", "Personne - E-mail - Autre"),
            "email",
        ),
        Column(
            "phone",
            (
                "Person - Phone - Work",
                "Person - Phone (Work)",
                "Person - Phone",
                "Personne - Téléphone - Travail",
                "Personne - Téléphone (Travail)",
                "Personne - Téléphone",
            ),
            "phone",
        ),
        Column(
            "mobile",
            (
                "Person - Phone - Mobile",
                "Person - Phone (Mobile)",
                "Personne - Téléphone - Mobile",
                "Personne - Téléphone - Portable",
            ),
            "phone",
        ),
        Column(
            "organization",
            ("Person - Organization", "Organization - Name", "Personne - Organisation", "Organisation - Nom"),
        ),
        Column(
            "added_at",
            (
                "Person - Person created",
                "Person - Add time",
                "Person - Created",
                "Personne - Personne créée",
                "Personne - Personne créée le",
                "Personne - Date d'ajout",
                "Personne - Date de création",
                "Personne - Contact créé",
            ),
            "timestamp",
        ),
        Column(
            "updated_at",
            ("Person - Update time", "Personne - Date de mise à jour", "Personne - Mise à jour"),
            "timestamp",
        ),
        Column(
            "source",
            (
                "Person - Source",
                "Person - Lead source",
                "Person - Source channel",
                "Personne - Source",
                "Personne - Origine",
                "Personne - Canal source",
            ),
        ),
        Column("owner", ("Person - Owner", "Personne - Propriétaire"), "person_name"),
    ),
    targets=(
        Target(
            "pipedrive",
            "person",
            {
                "id": f"coalesce(person_id, {WITHOUT_ID})",
                "name": "full_name",
                "email": EMAIL,
                "phone": "coalesce(phone, mobile)",
                "source": "source",
                "add_time": "added_at",
                "update_time": "updated_at",
            },
            key=("id",),
        ),
    ),
    signature=("full_name", "email"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"^people[-_]", r"^persons?[-_]", r"pipedrive.*(people|person)", r"^personnes?[-_]"),
    needs=("time_zone",),
)
