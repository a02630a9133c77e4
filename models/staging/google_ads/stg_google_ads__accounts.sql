{{ latest_rows(
    raw('google_ads', 'account_history'),
    columns={
        'account_id': 'id',
        'account_name': 'descriptive_name',
        'currency': 'upper(trim(currency_code))',
        'time_zone': 'time_zone',
        'updated_at': 'updated_at',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id'],
    newest=['updated_at'],
) }}
