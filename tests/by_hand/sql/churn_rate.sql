select churn_asked()
