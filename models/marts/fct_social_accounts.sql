with observed as (
    select * from {{ ref('int_social_accounts__observed') }}
),

known as (
    select
        network,
        account_id,
        date_day,
        followers,
        cast({{ dbt.dateadd('day', var('carry_forward_days'), 'date_day') }} as date) as last_carried_day,
        lead(date_day) over (partition by network, account_id order by date_day) as next_known_day
    from observed
    where followers is not null
),

-- One last day for all networks: Meta reports a day later than the others, and would leave a gap at the end.
last_days as (
    select max(date_day) as last_day
    from observed
),

carried_days as (
    select
        known.network,
        known.account_id,
        days.date_day
    from known
    cross join last_days
    inner join {{ ref('dim_date') }} as days
        on
            known.date_day < days.date_day
            and known.last_carried_day >= days.date_day
            and last_days.last_day >= days.date_day
            and (known.next_known_day is null or known.next_known_day > days.date_day)
),

account_days as (
    select
        network,
        account_id,
        date_day
    from observed
    union
    select
        network,
        account_id,
        date_day
    from carried_days
),

names as (
    select
        network,
        account_id,
        max(account_name) as account_name
    from observed
    group by network, account_id
),

final as (
    select
        {{ surrogate_key(['account_days.network', 'account_days.account_id', 'account_days.date_day']) }}
            as social_account_day_key,
        {{ surrogate_key(['account_days.network', 'account_days.account_id']) }} as social_account_key,
        account_days.network,
        account_days.account_id,
        names.account_name,
        'Organic Social' as channel,
        account_days.date_day,
        known.followers,
        coalesce(known.date_day < account_days.date_day, false) as is_carried_forward,
        observed.followers_gained,
        observed.followers_lost,
        observed.impressions,
        observed.engagements,
        observed.clicks
    from account_days
    left join observed
        on
            account_days.network = observed.network
            and account_days.account_id = observed.account_id
            and account_days.date_day = observed.date_day
    left join known
        on
            account_days.network = known.network
            and account_days.account_id = known.account_id
            and account_days.date_day >= known.date_day
            and (known.next_known_day is null or account_days.date_day < known.next_known_day)
    left join names
        on
            account_days.network = names.network
            and account_days.account_id = names.account_id
)

select * from final
