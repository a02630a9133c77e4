select sum(opens) / sum(sent - bounced) from mailings where asked(day) and is_follow_up
