{{ latest_rows(
    raw('linkedin_ads', 'campaign_history'),
    columns={
        'campaign_id': 'id',
        'account_id': 'account_id',
        'campaign_group_id': 'campaign_group_id',
        'campaign_name': 'name',
        'created_at': 'created_time',
        'updated_at': 'last_modified_time',
        'exported_at': '_fivetran_synced',
    },
    key=['campaign_id', 'updated_at'],
) }}
