select sum(clicks) / sum(opens) from mailings where asked(day)
