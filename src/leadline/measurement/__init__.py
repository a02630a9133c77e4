"""The measurement plan: what a company wants of its KPIs, checked, compared with the data and written out."""
