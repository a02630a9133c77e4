select sum(unsubscribed) / sum(sent - bounced) from mailings where asked(day)
