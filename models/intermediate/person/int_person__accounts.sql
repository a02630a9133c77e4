{{
    config(**by_key(
        'identifier_label', of='int_person__mentions',
        of_key=identifier_label('identifier_type', 'identifier_value'),
        changed_by={
            'int_person__mentions': members_of('account_label', identifier_label('identifier_type', 'identifier_value')),
            'int_person__links': members_of('account_label', 'left_label', 'right_label'),
            'int_person__degrees': {
                'columns': ['identifier_label', 'is_overlinked'],
                'keys': members_of('account_label', 'identifier_label', with_linked=true),
            },
        }
    ))
}}
-- One row per identifier that is not a device, with the smallest label of those known to be the same person
-- without any device's word.
with links as (
    select
        link_key,
        left_label,
        right_label
    from {{ ref('int_person__links') }}
    where not is_device_link and {{ is_changed('left_label') }}
),

overlinked as (
    select identifier_label
    from {{ ref('int_person__degrees') }}
    where is_overlinked
),

usable_links as (
    select
        links.link_key,
        links.left_label,
        links.right_label
    from links
    left join overlinked as overlinked_left
        on links.left_label = overlinked_left.identifier_label
    left join overlinked as overlinked_right
        on links.right_label = overlinked_right.identifier_label
    where overlinked_left.identifier_label is null and overlinked_right.identifier_label is null
),

{{ connected_labels('usable_links', 'account', var('identity_rounds')) }},

identifiers as (
    select
        identifier_type,
        {{ identifier_label('identifier_type', 'identifier_value') }} as identifier_label
    from {{ ref('int_person__mentions') }}
    where identifier_type <> 'ga4_user_pseudo_id'
    union
    select
        left_type as identifier_type,
        left_label as identifier_label
    from {{ ref('int_person__links') }}
    union
    select
        right_type as identifier_type,
        right_label as identifier_label
    from {{ ref('int_person__links') }}
    where right_type <> 'ga4_user_pseudo_id'
),

wanted as (
    select * from identifiers
    where {{ is_changed() }}
),

final as (
    select
        wanted.identifier_label,
        wanted.identifier_type,
        coalesce(account_labels.component_label, wanted.identifier_label) as account_label
    from wanted
    left join account_labels
        on wanted.identifier_label = account_labels.node_label
)

select * from final
