"""What can be checked, and the results as data."""
