select sum(clicks) from ads where asked(day)
