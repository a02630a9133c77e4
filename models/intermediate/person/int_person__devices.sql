{{ config(**noting_changes()) }}
-- One row per device (cookie) that some record links to an account. A device that speaks for more accounts
-- than `max_accounts_per_device` is shared, and joins none of them.
with overlinked as (
    select identifier_label
    from {{ ref('int_person__degrees') }}
    where is_overlinked
),

device_links as (
    select
        links.right_label as device_label,
        links.left_label as account_side_label,
        overlinked.identifier_label is not null as is_overlinked
    from {{ ref('int_person__links') }} as links
    left join overlinked
        on links.left_label = overlinked.identifier_label
    where links.is_device_link
),

-- A CRM record without e-mail is nobody's account yet: a device may join it to one.
account_strength as (
    select
        account_label,
        max(
            case
                when identifier_type in ('shopify_customer_id', 'ga4_user_id', 'email_hash') then 1
                else 0
            end
        ) as is_account
    from {{ ref('int_person__accounts') }}
    group by account_label
),

counted as (
    select
        device_links.device_label,
        count(distinct case when account_strength.is_account = 1 then accounts.account_label end) as accounts,
        count(distinct device_links.account_side_label) as links
    from device_links
    inner join {{ ref('int_person__accounts') }} as accounts
        on device_links.account_side_label = accounts.identifier_label
    inner join account_strength
        on accounts.account_label = account_strength.account_label
    where not device_links.is_overlinked
    group by device_links.device_label
),

final as (
    select
        device_label,
        accounts,
        links,
        accounts > {{ var('max_accounts_per_device') }}
        or links > {{ var('max_links_per_identifier') }} as is_shared
    from counted
)

select * from final
