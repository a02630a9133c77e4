select margin_asked()
