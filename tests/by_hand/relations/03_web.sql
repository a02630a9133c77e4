-- Rows alike in every column are one event, sent twice.
create table events as
    select
        row_number() over (order by event_timestamp) as event,
        event_name as name,
        make_timestamp(event_timestamp) as happened,
        user_pseudo_id as visitor,
        list_filter(params, lambda p: p.key = 'ga_session_id')[1].value.int_value as ga_session_id,
        coalesce(
            list_filter(params, lambda p: p.key = 'session_engaged')[1].value.string_value,
            cast(list_filter(params, lambda p: p.key = 'session_engaged')[1].value.int_value as varchar)
        ) = '1' as engaged,
        coalesce(list_filter(params, lambda p: p.key = 'engagement_time_msec')[1].value.int_value, 0) / 1000
            as seconds,
        list_filter(params, lambda p: p.key = 'page_location')[1].value.string_value as page,
        nullif(ecommerce ->> '$.transaction_id', '(not set)') as transaction_id,
        items,
        session_traffic_source_last_click -> '$.cross_channel_campaign' as last_click
    from (
        select distinct *, cast(from_json(
            event_params, '[{"key":"VARCHAR","value":{"string_value":"VARCHAR","int_value":"BIGINT"}}]'
        ) as struct(key varchar, value struct(string_value varchar, int_value bigint))[]) as params
        from ga4.events
    );

-- A visit is the pair of visitor and ga_session_id, on the day on which it began.
create table visits as
    select visitor, ga_session_id, paris_day(min(happened)) as day,
        bool_or(coalesce(engaged, false)) as engaged,
        sum(seconds) as seconds,
        count(*) filter (name = 'page_view') as pages,
        bool_or(name in ('form_submit', 'lead')) as converted,
        bool_or(name = 'add_to_cart') as has_cart,
        arg_min(page, happened) filter (name = 'page_view') as landing_page,
        any_value(last_click ->> '$.default_channel_group') as channel_group,
        lower(any_value(last_click ->> '$.source')) as source
    from events
    where visitor is not null and ga_session_id is not null
    group by visitor, ga_session_id;

-- A transaction id that is sent again is the first one's sale.
create table web_sales as
    select * from events
    where name = 'purchase'
    qualify transaction_id is null or row_number() over (partition by transaction_id order by happened) = 1;
