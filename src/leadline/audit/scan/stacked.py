"""Queries that UNION stacks, each for itself: a number of one of them is shown as it is."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

_CHANGES: Final = ("joins", "laterals", "group", "having", "distinct", "qualify", "limit", "pivots")


def stacked_parts(tree: exp.Query) -> list[exp.Query]:
    """The queries that are stacked, each whole and with the names of the first; a query itself otherwise.

    So are those below a query that only shows the columns of what is stacked.
    """
    if isinstance(tree, exp.SetOperation):
        return list(_parts(tree)) or [tree]
    below = _shown_as_it_is(tree)
    parts = _parts(below) if below is not None else []
    found: list[exp.Query] = []
    for part in parts:
        whole = tree.copy()
        place = _shown_as_it_is(whole)
        if place is not None:
            place.replace(part)
            found.append(_with_meta(whole, tree))
    return found or [tree]


def _parts(tree: exp.SetOperation) -> list[exp.Select]:
    parts: list[exp.Select] = []
    waiting: list[exp.Expr] = [tree]
    while waiting:
        node = waiting.pop()
        node = node.unnest() if isinstance(node, exp.Subquery) else node
        if isinstance(node, exp.Union):
            waiting += [node.expression, node.this]
        elif isinstance(node, exp.Select):
            parts.append(node.copy())
        else:
            # Of INTERSECT and EXCEPT no part is what is shown.
            return []
    names = parts[0].named_selects
    for part in parts:
        if len(part.selects) != len(names) or part.is_star or "" in names:
            return []
        named = [exp.alias_(s.unalias(), n) for s, n in zip(part.selects, names, strict=True)]
        part.set("expressions", named)
        clauses = tree.args.get("with_")
        if clauses is not None:
            inner = part.args.get("with_")
            own = inner.expressions if inner is not None else []
            part.set("with_", exp.With(expressions=[*(c.copy() for c in clauses.expressions), *own]))
    return parts


def _shown_as_it_is(tree: exp.Query) -> exp.SetOperation | None:
    """What is stacked in the only relation of a query that adds nothing up."""
    if not isinstance(tree, exp.Select) or any(tree.args.get(clause) for clause in _CHANGES):
        return None
    added_up = (n for item in tree.selects for n in item.find_all(exp.AggFunc, exp.Window))
    if next(added_up, None) is not None:
        return None
    source = tree.args["from_"].this if tree.args.get("from_") is not None else None
    if isinstance(source, exp.Table):
        named = (cte for cte in tree.ctes if cte.alias.lower() == source.name.lower())
        source = next(named, None)
    inner = source.this if isinstance(source, exp.Subquery | exp.CTE) else None
    if isinstance(inner, exp.Select) and not isinstance(source, exp.CTE):
        return _shown_as_it_is(inner)
    return inner if isinstance(inner, exp.SetOperation) else None


def _with_meta(made: exp.Query, tree: exp.Query) -> exp.Query:
    made.meta.update(tree.meta)
    return made
