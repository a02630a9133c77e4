{{ latest_rows(
    raw('meta_ads', 'campaign_history'),
    columns={
        'campaign_id': 'id',
        'account_id': 'account_id',
        'campaign_name': 'name',
        'objective': 'upper(objective)',
        'updated_at': 'updated_time',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id', 'campaign_id', 'updated_at'],
) }}
