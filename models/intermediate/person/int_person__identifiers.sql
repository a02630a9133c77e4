{%- set label = identifier_label('identifier_type', 'identifier_value') -%}
{{
    config(**by_key(
        label, of='int_person__mentions', of_key=label,
        changed_by={
            'int_person__mentions': members_of('person_key', label, own_label=label),
            'int_person__links': members_of('person_key', 'left_label', 'right_label', own_label=label),
            'int_person__degrees': {
                'columns': ['identifier_label', 'is_overlinked'],
                'keys': members_of('person_key', 'identifier_label', own_label=label, with_linked=true),
            },
            'int_person__devices': {
                'columns': ['device_label', 'is_shared'],
                'keys': members_of('person_key', 'device_label', own_label=label, with_linked=true),
            },
            'int_person__accounts': members_of(
                'person_key', 'identifier_label', own_label=label,
                more='select identifier_label from {int_person__accounts} where account_label in '
                ~ '(select account_label from changed)'
            ),
        }
    ))
}}
with overlinked as (
    select identifier_label
    from {{ ref('int_person__degrees') }}
    where is_overlinked
),

shared_devices as (
    select device_label
    from {{ ref('int_person__devices') }}
    where is_shared
),

links_in_use as (
    select
        links.link_key,
        links.left_label,
        links.right_label,
        links.rule_order,
        links.is_device_link
    from {{ ref('int_person__links') }} as links
    left join overlinked as overlinked_left
        on links.left_label = overlinked_left.identifier_label
    left join overlinked as overlinked_right
        on links.right_label = overlinked_right.identifier_label
    left join shared_devices
        on links.right_label = shared_devices.device_label
    where
        overlinked_left.identifier_label is null
        and overlinked_right.identifier_label is null
        and shared_devices.device_label is null
        and {{ is_changed('links.left_label') }}
),

account_device_links as (
    select
        links_in_use.link_key,
        accounts.account_label as left_label,
        links_in_use.right_label
    from links_in_use
    inner join {{ ref('int_person__accounts') }} as accounts
        on links_in_use.left_label = accounts.identifier_label
    where links_in_use.is_device_link
),

{{ connected_labels('account_device_links', 'person', var('identity_rounds')) }},

seen as (
    select
        identifier_type,
        identifier_value
    from {{ ref('int_person__mentions') }}
    union
    select
        left_type as identifier_type,
        left_value as identifier_value
    from {{ ref('int_person__links') }}
    union
    select
        right_type as identifier_type,
        right_value as identifier_value
    from {{ ref('int_person__links') }}
),

labelled as (
    select
        identifier_type,
        identifier_value,
        {{ label }} as identifier_label
    from seen
    where {{ is_changed() }}
),

people as (
    select
        labelled.identifier_type,
        labelled.identifier_value,
        labelled.identifier_label,
        coalesce(person_labels.component_label, accounts.account_label, labelled.identifier_label)
            as person_label
    from labelled
    left join {{ ref('int_person__accounts') }} as accounts
        on labelled.identifier_label = accounts.identifier_label
    left join person_labels
        on coalesce(accounts.account_label, labelled.identifier_label) = person_labels.node_label
),

ends_in_use as (
    select
        left_label as identifier_label,
        rule_order
    from links_in_use
    union all
    select
        right_label as identifier_label,
        rule_order
    from links_in_use
),

joining_rules as (
    select
        identifier_label,
        min(rule_order) as rule_order
    from ends_in_use
    group by identifier_label
),

final as (
    select
        people.identifier_type,
        people.identifier_value,
        {{ surrogate_key(['people.person_label']) }} as person_key,
        case
            when overlinked.identifier_label is not null then 'not joined: too many links'
            when shared_devices.device_label is not null then 'not joined: shared device'
            when joining_rules.rule_order is null then 'self'
            {%- for rule in identity_rules() %}
            when joining_rules.rule_order = {{ loop.index }} then '{{ rule }}'
            {%- endfor %}
        end as rule
    from people
    left join joining_rules
        on people.identifier_label = joining_rules.identifier_label
    left join overlinked
        on people.identifier_label = overlinked.identifier_label
    left join shared_devices
        on people.identifier_label = shared_devices.device_label
)

select * from final
