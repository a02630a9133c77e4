select (count(*) - coalesce(new_customers_asked(), 0)) / customers_at_start()
from customer_spells
where started <= getvariable('last') and lost > getvariable('last')
