select spend_asked() / new_customers_asked()
