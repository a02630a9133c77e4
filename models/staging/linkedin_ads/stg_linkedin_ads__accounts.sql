{{ latest_rows(
    raw('linkedin_ads', 'account_history'),
    columns={
        'account_id': 'id',
        'account_name': 'name',
        'currency': 'upper(trim(currency))',
        'created_at': 'created_time',
        'updated_at': 'last_modified_time',
        'exported_at': '_fivetran_synced',
    },
    key=['account_id'],
    newest=['updated_at'],
) }}
