"""Leadline, MetricFlow, sidemantic and SQL written by hand, measured side by side. Never imported by the
product."""
