{#- The path of an address, without query, fragment or closing slash: what a page is known by. Query strings are dropped
    before marts because they carry click ids and, at times, e-mail addresses. -#}
{% macro url_path(expression) -%}
    case
        when {{ expression }} is not null
            then coalesce(
                nullif(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace({{ expression }}, '[?#].*$', ''), '^[A-Za-z0-9+.-]*://[^/]*', ''
                        ),
                        '/+$',
                        ''
                    ),
                    ''
                ),
                '/'
            )
    end
{%- endmacro %}
