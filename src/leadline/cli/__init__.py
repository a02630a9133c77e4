"""The command line. Thin: every rule stands in the package beside it, and nothing imports this one."""
