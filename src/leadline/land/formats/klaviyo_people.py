"""Klaviyo: the profiles of a list or segment, with their consent to e-mail."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.expressions import words

CONSENTS = {
    "subscribed": ("SUBSCRIBED", "Subscribe", "TRUE", "Yes", "Abonné"),
    "unsubscribed": ("UNSUBSCRIBED", "Unsubscribe", "FALSE", "No", "Désabonné"),
    "never_subscribed": ("NEVER_SUBSCRIBED", "Never Subscribed", "NOT_SUBSCRIBED", "Jamais abonné"),
}
FORMAT = Format(
    name="klaviyo_people",
    title="Klaviyo profiles",
    source="klaviyo",
    columns=(
        Column("person_id", ("Klaviyo ID", "Profile ID", "ID Klaviyo"), required=True),
        Column("email", ("Email", "E-mail", "Email Address"), "email", required=True),
        Column("first_name", ("First Name", "Prénom"), "person_name"),
        Column("last_name", ("Last Name", "Nom", "Nom de famille"), "person_name"),
        Column("phone", ("Phone Number", "Numéro de téléphone"), "phone"),
        Column("address", ("Address",), "person_name"),
        Column("address_2", ("Address 2",), "person_name"),
        Column("ip_address", ("IP Address",), "person_name"),
        Column("organization", ("Organization", "Organisation")),
        Column("country", ("Country", "Pays")),
        Column(
            "consent", ("Email Marketing Consent", "Email Consent", "Consentement au marketing par e-mail")
        ),
        Column(
            "consent_at",
            (
                "Email Marketing Consent Timestamp",
                "Email Consent Timestamp",
                "Horodatage du consentement au marketing par e-mail",
            ),
            "timestamp",
        ),
        Column("created_at", ("Profile Created On", "Created", "Profil créé le"), "timestamp"),
        Column("added_at", ("Date Added", "Added", "Date d'ajout"), "timestamp"),
        Column(
            "suppressions", ("Email Suppressions", "Suppressed", "Suppression Reason", "Suppressions e-mail")
        ),
        Column("updated_at", ("Updated", "Last Updated", "Profile Updated On"), "timestamp"),
    ),
    targets=(
        Target(
            "klaviyo",
            "person",
            {
                "id": "person_id",
                "email": "email",
                "first_name": "first_name",
                "last_name": "last_name",
                "list_id": "coalesce(_account, 'profiles')",
                "email_consent": words("consent", CONSENTS, "lower(trim(consent))"),
                "email_consent_at": "consent_at",
                "email_suppressions": "nullif(nullif(trim(suppressions), '[]'), '')",
                "created": "coalesce(created_at, added_at)",
                "updated": "updated_at",
            },
            key=("id", "list_id"),
        ),
    ),
    signature=("person_id", "email"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"klaviyo.*(people|profile|list|segment)", r"^members?[-_]"),
    needs=("time_zone",),
)
