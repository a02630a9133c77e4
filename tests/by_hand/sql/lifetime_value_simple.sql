-- Order value times orders a customer is revenue a customer; life is one over churn.
select revenue_per_customer_asked() / nullif(churn_asked(), 0)
