{#- A source without the label that mobile, link and redirect hosts carry before their name (m., l., lm., www., …). -#}
{% macro host_stem(expression) -%}
    regexp_replace({{ expression }}, '^(www|m|l|lm|mobile|touch|web|amp|out|old|new|mbasic|click)[.]', '')
{%- endmacro %}
