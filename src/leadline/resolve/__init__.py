"""Names → columns, join paths, grains and the aggregations behind each metric."""

from leadline.resolve.query import ResolvedQuery, Resolver

__all__ = ["ResolvedQuery", "Resolver"]
