select sum(opens) / sum(sent) from mailings where asked(day)
