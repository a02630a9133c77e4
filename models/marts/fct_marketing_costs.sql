with

costs as (

    select
        *,
        {{ dbt.datediff('period_start', 'period_end', 'day') }}
        + 1 as day_count
    from {{ ref('stg_costs__marketing_costs') }}

),

with_daily_share as (

    select
        *,
        {{ money('amount / day_count') }} as daily_amount
    from costs

),

cost_days as (

    select
        shares.*,
        dates.date_day,
        case
            when dates.date_day = shares.period_end
                then shares.amount - shares.daily_amount * (shares.day_count - 1)
            else shares.daily_amount
        end as day_amount
    from with_daily_share as shares
    inner join {{ ref('dim_date') }} as dates
        on dates.date_day between shares.period_start and shares.period_end

),

final as (

    select
        {{ surrogate_key(['days.marketing_cost_id', 'days.date_day']) }} as marketing_cost_day_key,
        days.marketing_cost_id,
        days.date_day,
        days.cost_type,
        days.supplier,
        days.channel,
        {{ money('days.day_amount * rates.rate_to_reporting') }} as cost,
        days.currency,
        {{ money('days.day_amount') }} as cost_original
    from cost_days as days
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            days.date_day = rates.date_day
            and days.currency = rates.currency

)

select * from final
