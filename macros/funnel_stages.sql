{#- The stages of the customer journey, in order. -#}
{% macro funnel_stages() %}
    {{ return([
        'visibility', 'engagement', 'capture', 'conversion', 'experience', 'ascension', 'fan', 'ambassador',
    ]) }}
{% endmacro %}
