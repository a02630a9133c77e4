select sum(sent - bounced) from mailings where asked(day)
