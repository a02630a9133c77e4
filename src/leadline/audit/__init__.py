"""Whether two SQL formulas are the same KPI: a normal form, and small data on which they are run.

from leadline.audit import compare_queries, read_facts

found = compare_queries("select …", "select …", read_facts({"orders": {"amount": "double"}}))
found.overall.verdict   # same, edge, different or undecidable
found.overall.reasons, found.overall.witness
"""

from leadline.audit.compare import compare_queries
from leadline.audit.facts import Facts, Table, read_facts
from leadline.audit.formulas import Formula, compare, definition, facts_of, formulas
from leadline.audit.verdict import Comparison, Verdict, Witness

__all__ = [
    "Comparison",
    "Facts",
    "Formula",
    "Table",
    "Verdict",
    "Witness",
    "compare",
    "compare_queries",
    "definition",
    "facts_of",
    "formulas",
    "read_facts",
]
