"""A refresh: land, build, check, and publish whole builds only."""
