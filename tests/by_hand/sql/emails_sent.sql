select sum(sent) from mailings where asked(day)
