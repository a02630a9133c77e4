"""Shopify: customers as the admin exports them. The headers are English in every language of the admin."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

WITHOUT_ID = "stable_key('shopify', _account, hash_pii(email), hash_pii(phone))"
CUSTOMER = f"coalesce(nullif(ltrim(customer_id, ''''), ''), {WITHOUT_ID})"

FORMAT = Format(
    name="shopify_customers",
    title="Shopify customers",
    source="shopify",
    columns=(
        Column("customer_id", ("Customer ID", "Id")),
        Column("first_name", ("First Name",), "person_name"),
        Column("last_name", ("Last Name",), "person_name"),
        Column("email", ("Email",), "email", required=True),
        Column("accepts_marketing", ("Accepts Email Marketing", "Accepts Marketing"), "boolean"),
        Column("accepts_sms", ("Accepts SMS Marketing",), "boolean"),
        Column("total_spent", ("Total Spent",), "decimal", required=True),
        Column("total_orders", ("Total Orders",), "integer", required=True),
        Column("phone", ("Phone", "Default Address Phone"), "phone"),
        Column("created_at", ("Created at", "Customer since"), "timestamp"),
        Column("updated_at", ("Updated at",), "timestamp"),
    ),
    targets=(
        Target(
            "shopify",
            "customer",
            {
                "id": CUSTOMER,
                "email": "email",
                "first_name": "first_name",
                "last_name": "last_name",
                "created_at": "created_at",
                "updated_at": "updated_at",
                "orders_count": "total_orders",
                "total_spent": "total_spent",
                "accepts_marketing": "accepts_marketing",
            },
            key=("id",),
        ),
    ),
    signature=("email", "total_spent", "total_orders"),
    grain="entity",
    file_names=(r"customers?_export", r"shopify.*customer"),
)
