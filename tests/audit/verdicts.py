"""What the tool says of a pair, found once a test process: some tests count the pairs that others look at."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from leadline.audit import compare_queries, read_facts


def told(pair: dict[str, Any], schema: dict[str, Any] | None) -> Any:
    """The comparison of a pair's queries over a schema, where there is one."""
    return _told(pair["a"], pair["b"], json.dumps(schema), pair.get("dialect"))


@cache
def _told(a: str, b: str, schema: str, dialect: str | None) -> Any:
    facts = json.loads(schema)
    return compare_queries(a, b, read_facts(facts) if facts is not None else None, dialect).overall
