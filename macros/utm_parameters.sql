{#- The parameters of the UTM convention: name in the address → what GA4 calls it. -#}
{% macro utm_parameters() %}
    {% do return({
        'utm_source': 'source', 'utm_medium': 'medium', 'utm_campaign': 'campaign_name', 'utm_content': 'content',
        'utm_term': 'term',
    }) %}
{% endmacro %}


{#- Whether what GA4 collected came from a tagged link: of a visit that a site referred, it fills in source and medium itself. -#}
{% macro is_tagged(medium, others) -%}
    (
        lower({{ medium }}) not in ('organic', 'referral', '(none)', '(not set)')
        {%- for other in others %}
        or {{ other }} is not null
        {%- endfor %}
    )
{%- endmacro %}
