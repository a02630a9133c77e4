select sum(claimed) / sum(spend) from ads where asked(day)
