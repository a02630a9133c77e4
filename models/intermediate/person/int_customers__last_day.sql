-- The last local day that the data speaks of: nobody is counted as lost after it.
with days as (
    select date_day from {{ ref('fct_orders') }}
    union all
    select date_day from {{ ref('fct_sessions') }}
    union all
    select date_day from {{ ref('int_customers__purchases') }}
),

final as (
    select max(date_day) as last_day from days
)

select * from final
