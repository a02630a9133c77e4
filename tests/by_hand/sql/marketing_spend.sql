select spend_asked()
