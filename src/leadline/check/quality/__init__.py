"""Data quality: rules from definitions, measured in one pass a table, kept as Great Expectations results."""
