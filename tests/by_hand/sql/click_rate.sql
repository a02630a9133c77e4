select sum(clicks) / sum(sent - bounced) from mailings where asked(day)
