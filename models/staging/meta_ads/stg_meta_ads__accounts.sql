{{ latest_rows(
    raw('meta_ads', 'account_history'),
    columns={
        'account_id': 'id',
        'account_name': 'name',
        'currency': 'upper(trim(currency))',
        'time_zone': 'timezone_name',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id'],
) }}
