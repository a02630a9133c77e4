-- No link in use may join two people: a chain of identifiers would be longer than identity_rounds allows.
with identifiers as (
    select
        identifier_type,
        identifier_value,
        person_key
    from {{ ref('int_person__identifiers') }}
    where rule not like 'not joined:%'
),

final as (
    select
        links.left_type,
        links.left_value,
        links.right_type,
        links.right_value,
        links.rule
    from {{ ref('int_person__links') }} as links
    inner join identifiers as left_side
        on links.left_type = left_side.identifier_type and links.left_value = left_side.identifier_value
    inner join identifiers as right_side
        on links.right_type = right_side.identifier_type and links.right_value = right_side.identifier_value
    where left_side.person_key <> right_side.person_key
)

select * from final
