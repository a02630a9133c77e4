{{ latest_rows(
    raw('tiktok_ads', 'account'),
    columns={
        'account_id': 'id',
        'account_name': 'name',
        'currency': 'upper(trim(currency))',
        'time_zone': 'time_zone',
        'updated_at': 'updated_at',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id'],
    newest=['updated_at'],
) }}
