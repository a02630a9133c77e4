with wanted as (
    select count(*) as deal_count
    from (
        select deal_id
        from {{ ref('stg_hubspot__deals') }}
        where
            not is_deleted
            and deal_id not in (
                select merged_away.merged_deal_id
                from {{ ref('stg_hubspot__merged_deals') }} as merged_away
                where merged_away.merged_deal_id is not null
            )
        union all
        select opportunity_id
        from {{ ref('stg_salesforce__opportunities') }}
        where not is_deleted
        union all
        select deal_id
        from {{ ref('stg_pipedrive__deals') }}
        where status <> 'deleted'
    ) as deals
),

by_channel as (
    select
        channel,
        count(*) as deal_count
    from {{ ref('fct_deals') }}
    group by channel
),

found as (
    select coalesce(sum(deal_count), 0) as deal_count
    from by_channel
)

select
    wanted.deal_count as deals_of_the_crms,
    found.deal_count as deals_of_the_fact
from wanted
cross join found
where wanted.deal_count <> found.deal_count
