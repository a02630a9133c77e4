{{ config(severity='warn', meta={'reconciles': 'fct_ad_performance'}) }}

with

amounts as (

    select
        'fct_ad_performance' as model_name,
        currency,
        date_day,
        cost,
        cost_original
    from {{ ref('fct_ad_performance') }}
    union all
    select
        'fct_marketing_costs' as model_name,
        currency,
        date_day,
        cost,
        cost_original
    from {{ ref('fct_marketing_costs') }}

),

final as (

    select
        model_name,
        currency,
        min(date_day) as first_day,
        max(date_day) as last_day,
        sum(cost_original) as unreported_cost
    from amounts
    where
        cost is null
        and cost_original <> 0
    group by model_name, currency

)

select * from final
