{{ config(**noting_changes()) }}
-- One row per identifier seen anywhere.
{%- set mentions = [
    ('ga4_user_pseudo_id', 'int_person__web_identifiers', 'user_pseudo_id'),
    ('ga4_user_id', 'int_person__web_identifiers', 'user_id'),
    ('shopify_customer_id', 'stg_shopify__customers', 'customer_id'),
    ('shopify_customer_id', 'stg_shopify__orders', 'customer_id'),
    ('shopify_customer_id', 'stg_upsell__offers', 'customer_id'),
    ('hubspot_contact_id', 'stg_hubspot__contacts', 'contact_id'),
    ('hubspot_contact_id', 'stg_hubspot__deal_contacts', 'contact_id'),
    ('salesforce_lead_id', 'stg_salesforce__leads', 'lead_id'),
    ('mailchimp_member_id', 'stg_mailchimp__members', 'member_id'),
    ('brevo_contact_id', 'stg_brevo__contacts', 'contact_id'),
    ('email_hash', 'stg_shopify__customers', 'email_hash'),
    ('email_hash', 'stg_shopify__orders', 'email_hash'),
    ('email_hash', 'stg_hubspot__contacts', 'email_hash'),
    ('email_hash', 'stg_salesforce__leads', 'email_hash'),
    ('email_hash', 'stg_mailchimp__members', 'email_hash'),
    ('email_hash', 'stg_brevo__contacts', 'email_hash'),
    ('pipedrive_person_id', 'stg_pipedrive__people', 'contact_id'),
    ('pipedrive_person_id', 'stg_pipedrive__deals', 'contact_id'),
    ('email_hash', 'stg_pipedrive__people', 'email_hash'),
    ('email_hash', 'stg_pipedrive__deals', 'email_hash'),
    ('email_hash', 'stg_klaviyo__people', 'email_hash'),
    ('email_hash', 'stg_surveys__responses', 'email_hash'),
    ('email_hash', 'stg_support__tickets', 'email_hash'),
    ('email_hash', 'stg_reviews__reviews', 'email_hash'),
    ('email_hash', 'stg_partners__partners', 'email_hash'),
] %}
with mentions as (
    {%- for identifier_type, relation, column in mentions %}
    select
        '{{ identifier_type }}' as identifier_type,
        {{ usable_identifier(column) }} as identifier_value
    from {{ ref(relation) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select distinct
        identifier_type,
        identifier_value
    from mentions
    where identifier_value is not null
)

select * from final
