{#- The channels of GA4's default group whose visits were paid for. -#}
{% macro paid_channels() %}
    {% do return([
        'Cross-network', 'Paid Shopping', 'Paid Search', 'Paid Social', 'Paid Video', 'Display', 'Paid Other',
    ]) %}
{% endmacro %}
