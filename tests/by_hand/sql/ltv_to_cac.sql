select revenue_per_customer_asked() * margin_asked() / nullif(churn_asked(), 0)
    / (spend_asked() / new_customers_asked())
