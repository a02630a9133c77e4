select revenue_per_customer_asked() * margin_asked() / nullif(churn_asked(), 0)
