-- Till sales, guest orders without an address, deals without a contact: facts of the data, so only a warning.
-- They are purchases and revenue, and no customer can be counted for them.
{{ config(severity='warn') }}

with final as (
    select
        'order' as kind,
        order_key as purchase_key
    from {{ ref('fct_orders') }}
    where is_valid and person_key is null
    union all
    select
        'deal' as kind,
        deal_key as purchase_key
    from {{ ref('fct_deals') }}
    where is_won and person_key is null
)

select * from final
