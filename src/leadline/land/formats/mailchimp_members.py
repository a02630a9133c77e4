"""What Mailchimp's exports of an audience share: the columns of members, and the rows that they make.

Times are UTC. The audience is not in the file: it is the account that the user names, and the `list_id` of
its members.
"""

from __future__ import annotations

from leadline.land.format import Column, Target

EMAIL = Column(
    "email", ("Email Address", "Adresse e-mail", "Adresse email", "E-mail", "Email"), "email", required=True
)
COLUMNS = (
    EMAIL,
    Column("first_name", ("First Name", "Prénom", "FNAME"), "person_name"),
    Column("last_name", ("Last Name", "Nom", "Nom de famille", "LNAME"), "person_name"),
    Column("phone", ("Phone Number", "Phone", "Numéro de téléphone", "Téléphone"), "phone"),
    Column("address", ("Address", "Adresse"), "person_name"),
    Column("birthday", ("Birthday", "Anniversaire"), "person_name"),
    Column("member_rating", ("MEMBER_RATING",)),
    Column("optin_time", ("OPTIN_TIME",), "timestamp", required=True),
    Column("confirm_time", ("CONFIRM_TIME",), "timestamp"),
    Column("last_changed", ("LAST_CHANGED",), "timestamp", required=True),
    Column("country", ("CC",)),
    Column("language", ("LANGUAGE", "Langue")),
    Column("leid", ("LEID",)),
    Column("euid", ("EUID",)),
    Column("notes", ("NOTES",), "person_name"),
    Column("tags", ("TAGS",)),
)
MEMBER_ID = "stable_key('mailchimp', hash_pii(email))"


def members(status: str, last_changed: str = "last_changed") -> Target:
    """The members of one file, all of the state that the file is of."""
    return Target(
        "mailchimp",
        "member",
        {
            "id": MEMBER_ID,
            "list_id": "_account",
            "email_address": "email",
            "status": f"'{status}'",
            "merge_fname": "first_name",
            "merge_lname": "last_name",
            "timestamp_signup": "optin_time",
            "timestamp_opt": "confirm_time",
            "last_changed": last_changed,
            "country_code": "country",
            "language": "language",
        },
        key=("id", "list_id"),
        account="list_id",
    )


LISTS = Target(
    "mailchimp", "list", {"id": "_account", "name": "_account"}, key=("id",), distinct=True, account="id"
)
