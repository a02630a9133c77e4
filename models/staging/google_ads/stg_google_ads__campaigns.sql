{{ latest_rows(
    raw('google_ads', 'campaign_history'),
    columns={
        'campaign_id': 'id',
        'account_id': 'customer_id',
        'campaign_name': 'name',
        'channel_type': 'upper(advertising_channel_type)',
        'channel_subtype': 'advertising_channel_subtype',
        'start_day': 'start_date',
        'end_day': 'end_date',
        'campaign_status': 'status',
        'serving_status': 'serving_status',
        'updated_at': 'updated_at',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id', 'campaign_id', 'updated_at'],
) }}
