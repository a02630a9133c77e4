{%- set expected = [
    ('session', 'fct_sessions', 'count(*)', 'null'),
    ('engaged_session', 'fct_sessions', 'sum(case when is_engaged then 1 else 0 end)', 'null'),
    ('email_open', 'fct_email_engagement', 'count(first_opened_at)', 'null'),
    ('email_click', 'fct_email_engagement', 'count(first_clicked_at)', 'null'),
    ('list_signup', 'fct_subscribers', 'count(opted_in_at)', 'null'),
    ('lead', 'fct_leads', 'count(lead_at)', 'null'),
    ('mql', 'fct_leads', 'count(mql_at)', 'null'),
    ('sql', 'fct_leads', 'count(sql_at)', 'null'),
    ('order', 'fct_orders', 'count(case when is_valid then 1 end)', 'sum(case when is_valid then revenue end)'),
    ('won_deal', 'fct_deals', 'count(case when is_won then 1 end)', 'sum(case when is_won then amount end)'),
    ('ticket', 'fct_tickets', 'count(*)', 'null'),
    ('survey_answer', 'fct_survey_answers', 'count(*)', 'null'),
    (
        'repeat_order', 'fct_orders', 'count(order_number) - count(distinct case when is_valid then person_key end)',
        'sum(case when not is_first_order then revenue end)',
    ),
    ('upsell_accepted', 'fct_offers', 'count(accepted_at)', 'sum(case when is_accepted then amount end)'),
    ('promoter', 'fct_survey_answers', "count(case when nps_group = 'promoter' then 1 end)", 'null'),
    ('review', 'fct_reviews', 'count(*)', 'null'),
    ('partner', 'fct_partners', 'count(joined_at)', 'null'),
] -%}
-- Every step of the funnel has as many rows, and the same value, as its fact.
with expected as (
    {%- for step, relation, row_count, value in expected %}
    select
        '{{ step }}' as step,
        {{ row_count }} as row_count,
        {{ money('cast(' ~ value ~ ' as ' ~ dbt.type_numeric() ~ ')') }} as value
    from {{ ref(relation) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
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
