{#- The kinds of identifier, most lasting first: a person's key comes from the first kind that the person has, so that it
    stays the same when cookies come and go. -#}
{% macro identifier_types() %}
    {{ return([
        'shopify_customer_id', 'ga4_user_id', 'hubspot_contact_id', 'salesforce_lead_id', 'email_hash',
        'mailchimp_member_id', 'brevo_contact_id', 'ga4_user_pseudo_id',
    ]) }}
{% endmacro %}
