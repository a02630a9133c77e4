select sum(leads) from ads where asked(day)
