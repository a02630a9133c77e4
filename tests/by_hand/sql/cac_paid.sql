select sum(spend) / new_customers_asked() from ads where asked(day)
