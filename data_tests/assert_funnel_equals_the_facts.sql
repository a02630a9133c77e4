-- Every step of the funnel has as many rows, and the same value, as its fact: nothing falls off, nothing is repeated.
with expected as (
    select 'session' as step, count(*) as row_count, cast(null as {{ dbt.type_numeric() }}) as value
    from {{ ref('fct_sessions') }}
    union all
    select 'engaged_session' as step, count(*) as row_count, null as value from {{ ref('fct_sessions') }}
    where is_engaged
    union all
    select 'email_open' as step, count(first_opened_at) as row_count, null as value
    from {{ ref('fct_email_engagement') }}
    union all
    select 'email_click' as step, count(first_clicked_at) as row_count, null as value
    from {{ ref('fct_email_engagement') }}
    union all
    select 'list_signup' as step, count(opted_in_at) as row_count, null as value from {{ ref('fct_subscribers') }}
    union all
    select 'lead' as step, count(lead_at) as row_count, null as value from {{ ref('fct_leads') }}
    union all
    select 'mql' as step, count(mql_at) as row_count, null as value from {{ ref('fct_leads') }}
    union all
    select 'sql' as step, count(sql_at) as row_count, null as value from {{ ref('fct_leads') }}
    union all
    select 'order' as step, count(*) as row_count, sum(revenue) as value from {{ ref('fct_orders') }}
    where is_valid
    union all
    select 'won_deal' as step, count(*) as row_count, sum(amount) as value from {{ ref('fct_deals') }}
    where is_won
    union all
    select 'ticket' as step, count(*) as row_count, null as value from {{ ref('fct_tickets') }}
    union all
    select 'survey_answer' as step, count(*) as row_count, null as value from {{ ref('fct_survey_answers') }}
    union all
    select 'repeat_order' as step, count(*) as row_count, sum(revenue) as value from {{ ref('fct_orders') }}
    where order_number > 1
    union all
    select 'upsell_accepted' as step, count(*) as row_count, sum(amount) as value from {{ ref('fct_offers') }}
    where is_accepted
    union all
    select 'promoter' as step, count(*) as row_count, null as value from {{ ref('fct_survey_answers') }}
    where nps_group = 'promoter'
    union all
    select 'review' as step, count(*) as row_count, null as value from {{ ref('fct_reviews') }}
    union all
    select 'partner' as step, count(joined_at) as row_count, null as value from {{ ref('fct_partners') }}
),

found as (
    select
        case when step in ('affiliate_joined', 'partner_joined') then 'partner' else step end as step,
        count(*) as row_count,
        sum(value) as value
    from {{ ref('fct_funnel') }}
    group by 1
),

final as (
    select
        coalesce(expected.step, found.step) as step,
        expected.row_count as expected_rows,
        found.row_count as found_rows,
        expected.value as expected_value,
        found.value as found_value
    from expected
    full outer join found
        on expected.step = found.step
    where
        coalesce(expected.row_count, 0) <> coalesce(found.row_count, 0)
        or coalesce(expected.value, 0) <> coalesce(found.value, 0)
)

select * from final
