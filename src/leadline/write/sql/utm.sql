-- What breaks the UTM convention. The steps days, rules, allowed, settings and parameters are put before these from the plan.
with

tags as (

    select * from fct_utm_tags
    where date_day between (select first_day from days) and (select last_day from days)

),

campaign_spend as (

    select
        campaign_key,
        sum(spend) as spend
    from tags
    where spend is not null
    group by campaign_key

),

-- An ad platform tells a campaign's name and nothing else of the tags.
tagged as (

    select
        tags.landed_source,
        tags.date_day,
        tags.campaign_key,
        tags.sessions,
        tags.orders,
        rules.parameter,
        rules.is_required,
        rules.is_listed,
        rules.pattern,
        case rules.parameter
            when 'utm_source' then tags.utm_source
            when 'utm_medium' then tags.utm_medium
            when 'utm_campaign' then tags.utm_campaign
            when 'utm_content' then tags.utm_content
            when 'utm_term' then tags.utm_term
        end as tag_value
    from tags
    cross join rules
    where
        tags.spend is null
        or rules.parameter = 'utm_campaign'

),

judged as (

    select
        tagged.*,
        case
            when tagged.tag_value is null and tagged.is_required then 'missing'
            when tagged.tag_value is null then null
            when settings.is_lower_case and tagged.tag_value <> lower(tagged.tag_value) then 'upper case'
            when tagged.is_listed and allowed.tag_value is null then 'not a listed value'
            when tagged.pattern is not null and not regexp_matches(tagged.tag_value, tagged.pattern)
                then 'not the pattern'
        end as problem
    from tagged
    cross join settings
    left join allowed
        on
            tagged.parameter = allowed.parameter
            and tagged.tag_value = allowed.tag_value

),

counted as (

    select
        problem,
        parameter,
        tag_value,
        landed_source,
        sum(sessions) as sessions,
        sum(orders) as orders,
        min(date_day) as first_day,
        max(date_day) as last_day
    from judged
    where problem is not null
    group by problem, parameter, tag_value, landed_source

),

affected as (

    select distinct
        problem,
        parameter,
        tag_value,
        landed_source,
        campaign_key
    from judged
    where
        problem is not null
        and campaign_key is not null

),

costs as (

    select
        affected.problem,
        affected.parameter,
        affected.tag_value,
        affected.landed_source,
        sum(campaign_spend.spend) as spend
    from affected
    inner join campaign_spend
        on affected.campaign_key = campaign_spend.campaign_key
    group by affected.problem, affected.parameter, affected.tag_value, affected.landed_source

),

final as (

    select
        counted.parameter,
        counted.tag_value,
        counted.problem,
        counted.landed_source,
        counted.sessions,
        counted.orders,
        costs.spend,
        counted.first_day,
        counted.last_day
    from counted
    left join costs
        on
            counted.problem = costs.problem
            and counted.parameter = costs.parameter
            and counted.landed_source = costs.landed_source
            and coalesce(counted.tag_value, '') = coalesce(costs.tag_value, '')

)

select * from final
