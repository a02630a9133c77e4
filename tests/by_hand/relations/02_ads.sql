-- An account's day that was exported again is replaced whole by its last export (the hour is the export).
create table google_days as
    select stats.date as day, stats.id as campaign, stats.impressions, stats.clicks, stats.conversions,
        stats.cost_micros / 1e6 / rates.rate as spend, stats.conversions_value / rates.rate as claimed
    from (
        select * from google_ads.campaign_stats
        qualify _fivetran_synced
            >= date_trunc('hour', max(_fivetran_synced) over (partition by customer_id, date))
    ) as stats
    join google_ads.account_history as account on account.id = stats.customer_id
    asof join rates on rates.currency = account.currency_code and rates.since <= stats.date;

-- The one kind of Google's conversions that is a lead; page views and purchases are not.
create table google_leads as
    select date as day, id as campaign, conversions as leads
    from (
        select * from google_ads.campaign_conversion_stats
        qualify _fivetran_synced
            >= date_trunc('hour', max(_fivetran_synced) over (partition by customer_id, date))
    )
    where conversion_action_category = 'SUBMIT_LEAD_FORM';

create table meta_ads_known as
    select distinct id as ad, campaign_id as campaign, account_id as account from meta_ads.ad_history;

create table meta_days as
    select ads.date as day, known.campaign, ads.impressions, ads.inline_link_clicks as clicks, ads.spend
    from (
        select * from meta_ads.basic_ad
        qualify _fivetran_synced
            >= date_trunc('hour', max(_fivetran_synced) over (partition by account_id, date))
    ) as ads
    join meta_ads_known as known on known.ad = ads.ad_id;

-- `purchase` and `lead` only: the pixel's own actions say the same a second time.
create table meta_results as
    select date as day, known.campaign,
        case when action_type = 'purchase' then value end as conversions,
        case when action_type = 'lead' then value end as leads,
        null as claimed
    from (
        select * from meta_ads.basic_ad_actions
        qualify _fivetran_synced >= date_trunc('hour', max(_fivetran_synced) over (partition by date))
    ) as actions
    join meta_ads_known as known on known.ad = actions.ad_id
    union all
    select date, known.campaign, null, null, case when action_type = 'purchase' then value end
    from (
        select * from meta_ads.basic_ad_action_values
        qualify _fivetran_synced >= date_trunc('hour', max(_fivetran_synced) over (partition by date))
    ) as amounts
    join meta_ads_known as known on known.ad = amounts.ad_id;

create table linkedin_days as
    select cast(stats.day as date) as day, campaign_id as campaign, impressions, clicks,
        cost_in_local_currency as spend, external_website_conversions as conversions,
        one_click_leads as leads, conversion_value_in_local_currency as claimed
    from (
        select * from linkedin_ads.ad_analytics_by_campaign
        qualify _fivetran_synced >= date_trunc('hour', max(_fivetran_synced) over (partition by day))
    ) as stats;

create table ads as
    select 'google_ads' as platform, day, campaign, impressions, clicks, spend, conversions,
        null as leads, claimed
    from google_days
    union all
    select 'google_ads', day, campaign, null, null, null, null, leads, null from google_leads
    union all
    select 'meta_ads', day, campaign, impressions, clicks, spend, null, null, null from meta_days
    union all
    select 'meta_ads', day, campaign, null, null, null, conversions, leads, claimed from meta_results
    union all
    select 'linkedin_ads', day, campaign, impressions, clicks, spend, conversions, leads, claimed
    from linkedin_days;

-- A cost of a period is spread evenly over its days.
create table costs_by_day as
    select cost.day, cost.amount / rates.rate / cost.days as amount
    from (
        select amount, currency, period_end - period_start + 1 as days,
            cast(unnest(generate_series(period_start, period_end, interval 1 day)) as date) as day
        from costs.marketing_cost
    ) as cost
    asof join rates on rates.currency = cost.currency and rates.since <= cost.day;
