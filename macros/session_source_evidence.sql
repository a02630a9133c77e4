{#- Where a session's source may be read, best first: the name of the evidence and the columns that carry it. What GA4
    attributed to the session comes before what single events carried. The user's first source is not among them: it
    says where the visitor came from once, not this time. -#}
{% macro session_source_evidence() %}
    {% do return([
        {
            'name': 'last click', 'source': 'last_click_cross_channel_source', 'medium': 'last_click_cross_channel_medium',
            'campaign_name': 'last_click_cross_channel_campaign_name', 'campaign_id': 'last_click_cross_channel_campaign_id',
        },
        {
            'name': 'last click, manual', 'source': 'last_click_manual_source', 'medium': 'last_click_manual_medium',
            'campaign_name': 'last_click_manual_campaign_name', 'campaign_id': 'last_click_manual_campaign_id',
        },
        {
            'name': 'last click, google ads', 'click_id': 'google_ads_campaign_id', 'campaign_name': 'google_ads_campaign_name',
            'campaign_id': 'google_ads_campaign_id',
        },
        {
            'name': 'collected', 'source': 'collected_source', 'medium': 'collected_medium', 'click_id': 'collected_gclid',
            'campaign_name': 'collected_campaign_name', 'campaign_id': 'collected_campaign_id',
        },
        {
            'name': 'event parameters', 'source': 'param_source', 'medium': 'param_medium', 'click_id': 'param_gclid',
            'campaign_name': 'param_campaign_name',
        },
        {'name': 'merchant click id', 'free_click_id': 'collected_srsltid'},
        {'name': 'referrer', 'referrer': 'entrance_referrer'},
    ]) %}
{% endmacro %}


{#- The rank of an event's best evidence; NULL where it says nothing. -#}
{% macro evidence_rank() -%}
    case
        {%- for each in session_source_evidence() %}
        when {{ evidence_speaks(each) }} then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}


{#- One field (source, medium, campaign_name, campaign_id) of an event's best evidence. -#}
{% macro evidence_field(field) -%}
    case
        {%- for each in session_source_evidence() %}
        when {{ evidence_speaks(each) }} then {{ evidence_value(each, field) }}
        {%- endfor %}
    end
{%- endmacro %}


{#- The name of the evidence from its rank. -#}
{% macro evidence_name(rank) -%}
    case {{ rank }}
        {%- for each in session_source_evidence() %}
        when {{ loop.index }} then '{{ each.name }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- Whether something was sent as a source that says nothing, such as (not set). -#}
{% macro evidence_is_placeholder() -%}
    case
        {%- for each in session_source_evidence() if each.source %}
        when trim({{ each.source }}) <> '' and {{ traffic_value(each.source) }} is null then 1
        {%- endfor %}
        else 0
    end
{%- endmacro %}


{% macro evidence_speaks(each) -%}
    {%- set clicks = [each.click_id, each.free_click_id, each.referrer] | select | map('string') | list -%}
    {%- set spoken = [] -%}
    {%- for column in clicks -%}{% do spoken.append(placeholder_to_null(column)) %}{%- endfor -%}
    {%- for column in [each.source, each.medium] | select -%}{% do spoken.append(traffic_value(column)) %}{%- endfor -%}
    coalesce({{ spoken | join(', ') }}) is not null
{%- endmacro %}


{#- An auto-tagged click is Google's, whatever the address says besides. -#}
{% macro evidence_value(each, field) -%}
    {%- if field in ('campaign_name', 'campaign_id') -%}
        {{ traffic_campaign(each[field]) if each[field] else 'null' }}
    {%- elif each.free_click_id -%}
        '{{ {"source": "google", "medium": "organic"}[field] }}'
    {%- elif each.referrer -%}
        {{ {"source": each.referrer, "medium": "'referral'"}[field] }}
    {%- elif not each.source -%}
        '{{ {"source": "google", "medium": "cpc"}[field] }}'
    {%- elif not each.click_id -%}
        {{ traffic_value(each[field]) }}
    {%- else -%}
        case
            when {{ placeholder_to_null(each.click_id) }} is not null then '{{ {"source": "google", "medium": "cpc"}[field] }}'
            else {{ traffic_value(each[field]) }}
        end
    {%- endif -%}
{%- endmacro %}
