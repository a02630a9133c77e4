create table mailings as
    select paris_day(send_time) as day, emails_sent as sent,
        bounces_hard_bounces + bounces_soft_bounces as bounced, opens_unique_opens as opens,
        clicks_unique_subscriber_clicks as clicks, unsubscribed, false as is_follow_up
    from mailchimp.campaign_report
    qualify row_number() over (partition by id order by _fivetran_synced desc) = 1
    union all
    select paris_day(sent_date), statistics_global_sent,
        statistics_global_hard_bounces + statistics_global_soft_bounces, statistics_global_unique_views,
        statistics_global_unique_clicks, statistics_global_unsubscriptions, type = 'follow_up'
    from brevo.email_campaign
    where sent_date is not null
    qualify row_number() over (partition by id order by _fivetran_synced desc) = 1;

-- An address on a list is one subscriber from its first opt-in to its last farewell; never confirmed is none.
create table subscribers as
    select list, address, min(joined) as joined, case when count(gone) = count(*) then max(gone) end as gone
    from (
        select member.list_id as list, lower(trim(email_address)) as address,
            paris_day(coalesce(timestamp_opt, timestamp_signup)) as joined,
            case when status in ('unsubscribed', 'cleaned')
                then paris_day(coalesce(farewell.timestamp, last_changed)) end as gone
        from mailchimp.member
        left join mailchimp.unsubscribe as farewell
            on farewell.member_id = member.id and farewell.list_id = member.list_id
        where status <> 'pending'
        union all
        select 'brevo ' || list_id, lower(trim(email)), paris_day(created_at),
            case when unsubscribed_at is not null or email_blacklisted
                then paris_day(coalesce(unsubscribed_at, modified_at)) end
        from brevo.contact
    )
    group by list, address;

create table posts as
    select 'facebook' as network, paris_day(post.created_time) as day, post_impressions as views,
        post_impressions_unique as reach,
        post_reactions_like_total + post_reactions_love_total + post_reactions_wow_total
        + post_reactions_haha_total + post_reactions_sorry_total + post_reactions_anger_total as likes,
        post_activity_by_action_type_comment as comments, post_activity_by_action_type_share as shares,
        post_clicks as link_clicks
    from meta_business_suite.post_history as post
    join meta_business_suite.lifetime_post_metrics_total as figures on figures.post_id = post.id
    union all
    -- Instagram gives each kind of medium its own columns, and fills in only those.
    select 'instagram', paris_day(created_time),
        coalesce(video_photo_impressions, carousel_album_impressions, story_impressions, reel_views),
        coalesce(video_photo_reach, carousel_album_reach, story_reach, reel_reach),
        coalesce(like_count, 0), coalesce(case when is_story then story_replies else comment_count end, 0),
        coalesce(video_photo_shares, carousel_album_shares, story_shares, reel_shares, 0), 0
    from meta_business_suite.instagram_media_history as medium
    join meta_business_suite.instagram_media_insights as figures on figures.id = medium.id
    union all
    select 'linkedin', paris_day(first_published_at), impression_count, unique_impressions_count, like_count,
        comment_count, share_count, click_count
    from linkedin_pages.ugc_post_history as post
    join linkedin_pages.ugc_post_share_statistic as link on link.ugc_post_id = post.id
    join linkedin_pages.share_statistic as figures on figures._fivetran_id = link.share_statistic_id;

-- Meta stamps a day with the midnight in California that ends it.
create table follower_days as
    select 'facebook' as network,
        cast(timezone('America/Los_Angeles', timezone('UTC', date)) - interval 1 second as date) as day,
        page_fans as followers
    from meta_business_suite.daily_page_metrics_total
    union all
    select 'instagram', paris_day(_fivetran_synced), followers_count
    from meta_business_suite.instagram_user_history
    union all
    select 'linkedin', day, follower_count from linkedin_pages.organization_daily_statistic;

create table search_days as
    select * from search_console.site_report_by_site
    qualify row_number() over (
        partition by date, site, country, device, search_type order by _fivetran_synced desc
    ) = 1;
