select (sum(revenue) - spend_asked()) / spend_asked() from orders where asked(day)
