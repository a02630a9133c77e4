{#- The host of an address, lower case, without port; NULL for an address without one. -#}
{% macro url_host(expression) -%}
    case
        when {{ expression }} like '%://%'
            then nullif(
                lower(
                    regexp_replace(regexp_replace({{ expression }}, '^[A-Za-z0-9+.-]*://', ''), '[/?#:].*$', '')
                ),
                ''
            )
    end
{%- endmacro %}
