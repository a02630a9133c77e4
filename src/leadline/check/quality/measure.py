"""All rules of a relation in one pass over it; rows are looked at again only where something is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from leadline import warehouse
from leadline.check.quality.rule import Checked, Rule
from leadline.errors import WarehouseError

SAMPLE: Final = 5


def measure(connection: Any, rules: Iterable[Rule]) -> list[Checked]:
    """What became of each rule, in the order given.

    Rules over the rows of one relation share one statement; if that fails, halves of them are tried, so that
    one column that is gone does not hide what the others would say, nor costs a pass for each.
    """
    given = list(rules)
    found: dict[str, Checked] = {}
    by_relation: dict[str, list[Rule]] = defaultdict(list)
    for rule in given:
        if rule.failing is not None:
            by_relation[rule.relation].append(rule)
        elif rule.probe is not None:
            found[rule.id] = rule.probe(connection, rule)
        else:
            found[rule.id] = _queried(connection, rule)
    for relation, together in by_relation.items():
        found.update((checked.rule.id, checked) for checked in _scanned(connection, relation, together))
    return [found[rule.id] for rule in given]


def _scanned(connection: Any, relation: str, rules: Sequence[Rule]) -> Iterator[Checked]:
    counts = ", ".join(f"count(*) filter (where {rule.failing})" for rule in rules)
    try:
        statement = f"select count(*), {counts} from {relation}"  # noqa: S608 - our own rules
        row = warehouse.rows(connection, statement)[0]
    except WarehouseError as error:
        if len(rules) > 1:
            half = len(rules) // 2
            for some in (rules[:half], rules[half:]):
                yield from _scanned(connection, relation, some)
        else:
            yield Checked(rules[0], 0, error=error.what)
        return
    for rule, failing in zip(rules, row[1:], strict=True):
        try:
            yield Checked(rule, failing, row[0], _sample(connection, rule) if failing else ())
        except WarehouseError as error:
            yield Checked(rule, failing, row[0], error=f"its keys can't be shown: {error.what}")


def _sample(connection: Any, rule: Rule) -> tuple[dict[str, object], ...]:
    shown = rule.shown or ", ".join(f'"{key}"' for key in rule.keys) or "*"
    query = f"select {shown} from {rule.relation} where {rule.failing} limit {SAMPLE}"  # noqa: S608 - our own rules
    return tuple(warehouse.run(connection, query).to_pylist())


def _queried(connection: Any, rule: Rule) -> Checked:
    try:
        count = warehouse.rows(connection, f"select count(*) from ({rule.query})")[0][0]  # noqa: S608
        rows = warehouse.run(connection, f"from ({rule.query}) limit {SAMPLE}").to_pylist() if count else []
    except WarehouseError as error:
        return Checked(rule, 0, error=error.what)
    return Checked(rule, count, None, tuple(rows))
