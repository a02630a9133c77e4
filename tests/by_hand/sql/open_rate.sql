select sum(opens) / sum(sent - bounced) from mailings where asked(day)
