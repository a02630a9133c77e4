{#- The kinds of identifier, most lasting first: a person's key comes from the first kind that the person has, so that it
    stays the same when cookies come and go. A kind added later stands last, so that keys made before stay as they are: a
    Pipedrive person meets a device through its e-mail address only, and that comes before both. At most nine kinds: labels
    sort as text. -#}
{% macro identifier_types() %}
    {{ return([
        'shopify_customer_id', 'ga4_user_id', 'hubspot_contact_id', 'salesforce_lead_id', 'email_hash',
        'mailchimp_member_id', 'brevo_contact_id', 'ga4_user_pseudo_id', 'pipedrive_person_id',
    ]) }}
{% endmacro %}
