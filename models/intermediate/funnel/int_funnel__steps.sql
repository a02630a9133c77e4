{%- set keys = {} -%}
{%- for step in funnel_steps() -%}
{%- do keys.update({step.relation: step.key}) -%}
{%- endfor -%}
{{ config(**by_key('source_id', of=keys, changed_by=inputs_of_funnel_steps())) }}
{%- set text = dbt.type_string() -%}
with steps as (
    {%- for step in funnel_steps() %}
    select
        '{{ step.stage }}' as stage,
        {{ funnel_stages().index(step.stage) + 1 }} as stage_order,
        '{{ step.step }}' as step,
        person_key,
        {{ step.at }} as occurred_at,
        {{ step.day or local_date(step.at) }} as date_day,
        {% for column in ['channel', 'source', 'medium', 'campaign_key'] -%}
        cast({{ step[column] or 'null' }} as {{ text }}) as {{ column }},
        {% endfor -%}
        {{ money(step.value or 'cast(null as ' ~ dbt.type_numeric() ~ ')') }} as value,
        cast({{ step.system }} as {{ text }}) as source_system,
        {{ step.key }} as source_id
    from {{ ref(step.relation) }}
    where {{ is_changed(step.key) }}{{ ' and ' ~ step.where if step.where }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        {{ surrogate_key(['step', 'source_id']) }} as funnel_key,
        person_key,
        stage,
        stage_order,
        step,
        occurred_at,
        date_day,
        channel,
        source,
        medium,
        campaign_key,
        value,
        case when value is not null then '{{ var("reporting_currency") }}' end as currency,
        source_system,
        source_id
    from steps
)

select * from final
