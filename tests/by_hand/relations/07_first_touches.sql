-- Whose a device is: of the one account that it bought for, was signed in to, or sent a form of.
create table devices as
    select visitor, any_value(person) as person
    from (
        select sale.visitor, orders.buyer as person from web_sales as sale
        join orders on ltrim(orders.name, '#') = sale.transaction_id
        union
        select event.user_pseudo_id, lower(trim(customer.email)) from ga4.events as event
        join shopify.customer on customer.id = event.user_id
        union
        select property_ga_client_id, lower(trim(property_email)) from hubspot.contact
        union
        select ga_client_id_c, lower(trim(email)) from salesforce.lead
    )
    where visitor is not null and person is not null
    group by visitor
    having count(distinct person) = 1;

create table first_touches as
    select person, min(touched) as touched
    from (
        select devices.person, min(event.happened) as touched from events as event
        join devices on devices.visitor = event.visitor
        where event.ga_session_id is not null
        group by devices.person
        union all
        select person, lead_at from lead_people where lead_at is not null
    )
    group by person;
