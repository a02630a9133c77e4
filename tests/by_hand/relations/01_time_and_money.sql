-- A day is a day on a clock in Paris; an amount is in euros at the last rate that was published by its day.
create macro paris_day(utc_time) as
    cast(timezone('Europe/Paris', timezone('UTC', cast(utc_time as timestamp))) as date);

create macro asked(some_day) as
    some_day between getvariable('first') and getvariable('last');

create table rates as
    select currency, date as since, rate from exchange_rates.rate
    union all
    select 'EUR', date '1999-01-01', 1.0;
