{%- set evidence = session_source_evidence() -%}

with events as (

    select * from {{ ref('int_ga4_events__unioned') }}
    where session_key is not null

),

-- Events of one upload share their time; the batch says in which order they happened.
numbered as (

    select
        *,
        row_number() over (
            partition by session_key
            order by
                event_at,
                coalesce(batch_page_id, 0),
                coalesce(batch_ordering_id, 0),
                coalesce(batch_event_index, 0),
                case event_name when 'first_visit' then 0 when 'session_start' then 1 when 'page_view' then 2 else 3 end,
                event_key
        ) as event_number
    from events

),

-- A referrer speaks for the session only where it begins: later ones are payment pages and the site's own.
entrances as (

    select
        session_key,
        coalesce(min(case when event_name = 'page_view' then event_number end), min(event_number)) as entrance_number
    from numbered
    where page_key is not null
    group by session_key

),

site_hosts as (

    select distinct {{ host_stem('page_host') }} as host
    from events
    where page_host is not null

),

compared as (

    select
        numbered.session_key,
        numbered.event_number,
        {%- for each in evidence %}
        {{ traffic_value(each.source) if each.source else 'null' }} as source_{{ loop.index }},
        {{ traffic_value(each.medium) if each.medium else 'null' }} as medium_{{ loop.index }},
        {{ traffic_campaign('numbered.' ~ each.campaign_name) }} as campaign_name_{{ loop.index }},
        {{ traffic_campaign('numbered.' ~ each.campaign_id) if each.campaign_id else 'null' }} as campaign_id_{{ loop.index }},
        {{ placeholder_to_null('numbered.' ~ each.click_id) if each.click_id else 'null' }} as click_id_{{ loop.index }},
        {%- endfor %}
        {{ placeholder_to_null('numbered.collected_srsltid') }} as merchant_click_id,
        numbered.google_ads_customer_id,
        {{ placeholder_to_null('numbered.google_ads_campaign_id') }} as google_ads_campaign_id,
        case
            when numbered.event_number <= entrances.entrance_number and site_hosts.host is null
                then regexp_replace(numbered.referrer_host, '^www[.]', '')
        end as referrer
    from numbered
    left join entrances
        on numbered.session_key = entrances.session_key
    left join site_hosts
        on {{ host_stem('numbered.referrer_host') }} = site_hosts.host

),

-- An auto-tagged click is Google's, whatever the address says besides.
candidates as (

    select
        session_key,
        event_number,
        google_ads_customer_id,
        google_ads_campaign_id,
        case
            {%- for each in evidence %}
            when coalesce(click_id_{{ loop.index }}, source_{{ loop.index }}, medium_{{ loop.index }}) is not null
                then {{ loop.index }}
            {%- endfor %}
            when merchant_click_id is not null then {{ evidence | length + 1 }}
            when referrer is not null then {{ evidence | length + 2 }}
        end as evidence_rank,
        {%- for field in ['source', 'medium'] %}
        case
            {%- for each in evidence %}
            when click_id_{{ loop.index }} is not null then '{{ "google" if field == "source" else "cpc" }}'
            when coalesce(source_{{ loop.index }}, medium_{{ loop.index }}) is not null then {{ field }}_{{ loop.index }}
            {%- endfor %}
            when merchant_click_id is not null then '{{ "google" if field == "source" else "organic" }}'
            when referrer is not null then {{ "referrer" if field == "source" else "'referral'" }}
        end as {{ field }},
        {%- endfor %}
        {%- for field in ['campaign_name', 'campaign_id'] %}
        case
            {%- for each in evidence %}
            when coalesce(click_id_{{ loop.index }}, source_{{ loop.index }}, medium_{{ loop.index }}) is not null
                then {{ field }}_{{ loop.index }}
            {%- endfor %}
        end as {{ field }}{{ "," if not loop.last }}
        {%- endfor %}
    from compared

),

ranked as (

    select
        *,
        row_number() over (partition by session_key order by evidence_rank, event_number) as candidate_rank
    from candidates
    where evidence_rank is not null

),

measured as (

    select
        session_key,
        min(user_pseudo_id) as user_pseudo_id,
        min(ga_session_id) as ga_session_id,
        {{ first_by('user_id', 'event_number') }} as user_id,
        min(ga4_export) as ga4_export,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        {{ first_by("case when event_name = 'page_view' then page_key end", 'event_number') }} as first_viewed_page_key,
        {{ first_by('page_key', 'event_number') }} as first_page_key,
        {{ first_by('device_category', 'event_number') }} as device_category,
        {{ first_by('operating_system', 'event_number') }} as operating_system,
        {{ first_by('browser', 'event_number') }} as browser,
        {{ first_by('country', 'event_number') }} as country,
        max(case when ga_session_number = 1 or event_name = 'first_visit' then 1 else 0 end) = 1 as is_new,
        max(case when is_session_engaged then 1 else 0 end) = 1 as is_engaged,
        coalesce(sum(engagement_seconds), 0) as engagement_seconds,
        count(*) as events,
        sum(case when event_name = 'page_view' then 1 else 0 end) as page_views,
        max(case when event_name in {{ sql_list(var('form_events')) }} then 1 else 0 end) = 1 as has_form_submit,
        max(case when event_name in {{ sql_list(var('lead_events')) }} then 1 else 0 end) = 1 as has_lead,
        max(case when event_name = 'add_to_cart' then 1 else 0 end) = 1 as has_add_to_cart,
        sum(case when event_name = 'purchase' and transaction_id is null then 1 else 0 end) as unusable_transactions,
        {%- set sent = ['last_click_cross_channel_source', 'last_click_manual_source', 'collected_source', 'param_source'] %}
        max(
            case
                {%- for column in sent %}
                when trim({{ column }}) <> '' and {{ traffic_value(column) }} is null then 1
                {%- endfor %}
                else 0
            end
        ) = 1 as sent_a_placeholder
    from numbered
    group by session_key

),

final as (

    select
        measured.session_key,
        measured.user_pseudo_id,
        measured.ga_session_id,
        measured.user_id,
        measured.ga4_export,
        measured.started_at,
        measured.ended_at,
        {{ local_date('measured.started_at') }} as date_day,
        case
            when ranked.session_key is not null or measured.sent_a_placeholder then ranked.source
            else '(direct)'
        end as source,
        case
            when ranked.session_key is not null or measured.sent_a_placeholder then ranked.medium
            else '(none)'
        end as medium,
        ranked.campaign_name,
        ranked.campaign_id,
        ranked.google_ads_customer_id,
        ranked.google_ads_campaign_id,
        case
            {%- for each in evidence %}
            when ranked.evidence_rank = {{ loop.index }} then '{{ each.name }}'
            {%- endfor %}
            when ranked.evidence_rank = {{ evidence | length + 1 }} then 'merchant click id'
            when ranked.evidence_rank = {{ evidence | length + 2 }} then 'referrer'
            when measured.sent_a_placeholder then 'placeholder'
            else 'none'
        end as source_evidence,
        coalesce(measured.first_viewed_page_key, measured.first_page_key) as landing_page_key,
        measured.device_category,
        measured.operating_system,
        measured.browser,
        measured.country,
        measured.is_new,
        measured.is_engaged,
        measured.engagement_seconds,
        measured.events,
        measured.page_views,
        measured.has_form_submit,
        measured.has_lead,
        measured.has_add_to_cart,
        measured.unusable_transactions
    from measured
    left join ranked
        on
            measured.session_key = ranked.session_key
            and ranked.candidate_rank = 1

)

select * from final
