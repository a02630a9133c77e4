-- The survivor's list may name ids that have survivors themselves: all that matters is that none counts.
with lists as (
    select
        contact_id,
        merged_contact_ids
    from {{ ref('stg_hubspot__contacts') }}
    where merged_contact_ids is not null
),

parts as (
    {{ split_rows('lists', 'contact_id', 'merged_contact_ids', ';') }}
),

final as (
    select
        trim(part) as contact_id,
        min(contact_id) as surviving_contact_id
    from parts
    where trim(part) not in ('', contact_id)
    group by trim(part)
)

select * from final
