select sum(spend) from ads where asked(day)
