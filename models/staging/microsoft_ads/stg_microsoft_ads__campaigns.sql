{{ latest_rows(
    raw('microsoft_ads', 'campaign'),
    columns={
        'campaign_id': 'id',
        'account_id': 'account_id',
        'campaign_name': 'name',
        'campaign_type': 'type',
        'campaign_status': 'status',
        'updated_at': 'updated_at',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id', 'campaign_id', 'updated_at'],
) }}
