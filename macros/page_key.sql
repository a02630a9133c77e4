{#- The key of dim_page from the address of a page; NULL without an address. -#}
{% macro page_key(url) -%}
    case
        when {{ url }} is not null then {{ surrogate_key([url_host(url), url_path(url)]) }}
    end
{%- endmacro %}
