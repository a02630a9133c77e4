-- A CRM knows a campaign by its name only. The name leads to a campaign where exactly one ever bore it.
with final as (
    select
        lower(trim(names.campaign_name)) as campaign_name,
        min(campaigns.campaign_key) as campaign_key
    from {{ ref('int_ad_campaigns__unioned') }} as names
    inner join {{ ref('dim_campaign') }} as campaigns
        on
            names.platform = campaigns.platform
            and names.account_id is not distinct from campaigns.account_id
            and names.campaign_id = campaigns.campaign_id
    where names.campaign_name is not null
    group by lower(trim(names.campaign_name))
    having count(distinct campaigns.campaign_key) = 1
)

select * from final
