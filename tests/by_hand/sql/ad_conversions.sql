select sum(conversions) from ads where asked(day)
