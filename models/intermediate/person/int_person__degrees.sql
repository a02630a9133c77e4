{{ config(**noting_changes()) }}
-- One row per linked identifier: with how many others it was seen, and whether it may join them.
with ends as (
    select
        left_label as identifier_label,
        left_type as identifier_type,
        right_label as other_label,
        is_device_link as is_other_device
    from {{ ref('int_person__links') }}
    union
    select
        right_label as identifier_label,
        right_type as identifier_type,
        left_label as other_label,
        false as is_other_device
    from {{ ref('int_person__links') }}
),

counted as (
    select
        identifier_label,
        identifier_type,
        count(case when not is_other_device then 1 end) as account_links,
        count(case when is_other_device then 1 end) as device_links
    from ends
    group by identifier_label, identifier_type
),

final as (
    select
        identifier_label,
        identifier_type,
        account_links,
        device_links,
        account_links > {{ var('max_links_per_identifier') }}
        or device_links > {{ var('max_devices_per_identifier') }} as is_overlinked
    from counted
)

select * from final
