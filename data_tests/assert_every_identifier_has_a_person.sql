-- An identifier that staging bears and the map lacks would leave its facts without a person.
with final as (
    select
        mentions.identifier_type,
        mentions.identifier_value
    from {{ ref('int_person__mentions') }} as mentions
    left join {{ ref('int_person__identifiers') }} as identifiers
        on
            mentions.identifier_type = identifiers.identifier_type
            and mentions.identifier_value = identifiers.identifier_value
    where identifiers.person_key is null
)

select * from final
