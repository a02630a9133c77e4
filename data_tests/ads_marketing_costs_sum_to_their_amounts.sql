{{ config(meta={'reconciles': 'fct_marketing_costs'}) }}

with

spread as (

    select
        marketing_cost_id,
        sum(cost_original) as amount
    from {{ ref('fct_marketing_costs') }}
    group by marketing_cost_id

),

final as (

    select
        costs.marketing_cost_id,
        costs.amount as expected_amount,
        spread.amount as found_amount
    from {{ ref('stg_costs__marketing_costs') }} as costs
    left join spread
        on costs.marketing_cost_id = spread.marketing_cost_id
    where costs.amount is distinct from spread.amount

)

select * from final
