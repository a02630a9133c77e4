{{ config(**noting_changes()) }}
-- One row per pair of identifiers that some record bears together, with the strongest rule that says so.
{%- set same_record = [
    ('shop email', 'stg_shopify__customers', 'shopify_customer_id', 'customer_id', 'email_hash', 'email_hash'),
    ('order email', 'stg_shopify__orders', 'shopify_customer_id', 'customer_id', 'email_hash', 'email_hash'),
    ('crm email', 'stg_hubspot__contacts', 'hubspot_contact_id', 'contact_id', 'email_hash', 'email_hash'),
    ('crm email', 'stg_salesforce__leads', 'salesforce_lead_id', 'lead_id', 'email_hash', 'email_hash'),
    ('crm email', 'stg_pipedrive__people', 'pipedrive_person_id', 'contact_id', 'email_hash', 'email_hash'),
    ('crm email', 'stg_pipedrive__deals', 'pipedrive_person_id', 'contact_id', 'email_hash', 'email_hash'),
    ('list email', 'stg_mailchimp__members', 'mailchimp_member_id', 'member_id', 'email_hash', 'email_hash'),
    ('list email', 'stg_brevo__contacts', 'brevo_contact_id', 'contact_id', 'email_hash', 'email_hash'),
    ('user_id on event', 'int_person__web_identifiers', 'ga4_user_id', 'user_id', 'ga4_user_pseudo_id', 'user_pseudo_id'),
    ('crm client id', 'client_ids_of_contacts', 'hubspot_contact_id', 'contact_id', 'ga4_user_pseudo_id', 'client_id'),
    ('crm client id', 'client_ids_of_leads', 'salesforce_lead_id', 'lead_id', 'ga4_user_pseudo_id', 'client_id'),
    ('crm merge', 'merged_contacts', 'hubspot_contact_id', 'contact_id', 'hubspot_contact_id', 'merged_contact_id'),
    ('crm merge', 'converted_leads', 'salesforce_lead_id', 'lead_id', 'salesforce_lead_id', 'first_lead_id'),
    ('purchase event', 'purchase_events', 'shopify_customer_id', 'customer_id', 'ga4_user_pseudo_id', 'user_pseudo_id'),
    ('purchase event', 'purchase_events', 'email_hash', 'email_hash', 'ga4_user_pseudo_id', 'user_pseudo_id'),
    ('shop user_id', 'known_user_ids', 'shopify_customer_id', 'customer_id', 'ga4_user_id', 'user_id'),
] -%}
{%- set own = [
    'client_ids_of_contacts', 'client_ids_of_leads', 'merged_contacts', 'converted_leads', 'purchase_events',
    'known_user_ids',
] -%}
-- Forms store the client id bare or as the whole cookie (GA1.1.<client id>).
{%- set client_id = "regexp_replace(ga_client_id, '^GA[0-9]+[.][0-9]+[.]', '')" %}
with client_ids_of_contacts as (
    select
        contact_id,
        {{ client_id }} as client_id
    from {{ ref('stg_hubspot__contacts') }}
),

client_ids_of_leads as (
    select
        lead_id,
        {{ client_id }} as client_id
    from {{ ref('stg_salesforce__leads') }}
),

merged_parts as (
    {{ split_rows(ref('stg_hubspot__contacts'), 'contact_id', 'merged_contact_ids', ';') }}
),

merged_contacts as (
    select
        contact_id,
        trim(part) as merged_contact_id
    from merged_parts
),

-- Leads that were converted into one and the same contact.
converted_leads as (
    select
        lead_id,
        min(lead_id) over (partition by converted_contact_id) as first_lead_id
    from {{ ref('stg_salesforce__leads') }}
    where nullif(trim(converted_contact_id), '') is not null
),

orders_by_transaction as (
    select
        transaction_id,
        min(customer_id) as customer_id,
        min(email_hash) as email_hash
    from {{ ref('stg_shopify__orders') }}
    where transaction_id is not null
    group by transaction_id
    having count(*) = 1
),

-- A transaction id that several devices sent says nothing about who bought.
devices_by_transaction as (
    select
        transaction_id,
        min(user_pseudo_id) as user_pseudo_id
    from {{ ref('int_ga4_events__unioned') }}
    where event_name = 'purchase' and transaction_id is not null
    group by transaction_id
    having count(distinct coalesce(user_pseudo_id, '')) = 1
),

purchase_events as (
    select
        devices_by_transaction.user_pseudo_id,
        orders_by_transaction.customer_id,
        orders_by_transaction.email_hash
    from devices_by_transaction
    inner join orders_by_transaction
        on devices_by_transaction.transaction_id = orders_by_transaction.transaction_id
),

known_user_ids as (
    select
        shop.identifier_value as customer_id,
        web.identifier_value as user_id
    from {{ ref('int_person__mentions') }} as shop
    inner join {{ ref('int_person__mentions') }} as web
        on shop.identifier_value = web.identifier_value
    where shop.identifier_type = 'shopify_customer_id' and web.identifier_type = 'ga4_user_id'
),

pairs as (
    {%- for rule, relation, left_type, left_column, right_type, right_column in same_record %}
    select
        '{{ left_type }}' as left_type,
        {{ usable_identifier(left_column) }} as left_value,
        '{{ right_type }}' as right_type,
        {{ usable_identifier(right_column) }} as right_value,
        '{{ rule }}' as rule
    from {{ relation if relation in own else ref(relation) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ranked as (
    select
        left_type,
        left_value,
        right_type,
        right_value,
        min({{ position_in('rule', identity_rules()) }}) as rule_order
    from pairs
    where
        left_value is not null
        and right_value is not null
        and (left_type <> right_type or left_value <> right_value)
    group by left_type, left_value, right_type, right_value
),

final as (
    select
        {{ surrogate_key(['left_type', 'left_value', 'right_type', 'right_value']) }} as link_key,
        left_type,
        left_value,
        {{ identifier_label('left_type', 'left_value') }} as left_label,
        right_type,
        right_value,
        {{ identifier_label('right_type', 'right_value') }} as right_label,
        rule_order,
        case rule_order
            {%- for rule in identity_rules() %}
            when {{ loop.index }} then '{{ rule }}'
            {%- endfor %}
        end as rule,
        right_type = 'ga4_user_pseudo_id' as is_device_link
    from ranked
)

select * from final
