"""The tables that a step reads and their aliases: a fact, and what it joins from many to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from leadline.grains import ORDER
from leadline.manifest import Dimension, Manifest, SemanticModel
from leadline.plan.steps import Lookup
from leadline.resolve.binding import Column, Condition, MetricColumn
from leadline.resolve.joins import Hop
from leadline.sql.nodes import (
    Node,
    all_of,
    case,
    column,
    date_part,
    expression,
    join,
    step_table,
    table,
    truncated,
)

Path = tuple[Hop, ...]


def collect(columns: Iterable[Column | MetricColumn]) -> tuple[list[Path], list[str]]:
    """The join paths that columns need, and the custom grains."""
    paths: dict[Path, None] = {}
    grains: dict[str, None] = {}
    for item in columns:
        found = item.entity if isinstance(item, MetricColumn) else item
        if found.path:
            paths[found.path] = None
        if found.grain and found.grain not in ORDER:
            grains[found.grain] = None
    return list(paths), list(grains)


def columns_of(conditions: Iterable[Condition]) -> list[Column | MetricColumn]:
    """Every column that conditions look at."""
    return [item for condition in conditions for item in condition.columns]


class Scope:
    """Renders columns of a fact and of what it joins; `time` gives the metric's time, shifted or not.

    `keyed` is a step that stands in for the fact, and the column of it that holds the key of every path.
    """

    def __init__(
        self,
        manifest: Manifest,
        model: SemanticModel,
        columns: list[Column | MetricColumn],
        lookups: tuple[Lookup, ...] = (),
        side: str = "LEFT",
        keyed: tuple[str, str] | None = None,
    ) -> None:
        self.manifest = manifest
        self.model = model
        self.lookups = lookups
        self.side = side
        self.keyed = keyed
        self.time: Callable[[], Node] | None = None
        self.fact_time: Callable[[], Node] | None = None
        paths, custom = collect([*columns, *(lookup.entity for lookup in lookups)])
        self.custom = [
            c for c in dict.fromkeys(item for item in columns if _is_custom(item)) if isinstance(c, Column)
        ]
        taken: set[str] = set()
        joined = bool(paths or lookups or custom)
        name = keyed[0] if keyed else model.relation.name
        self.alias = self._take(name, taken) if joined else None
        # each target has its own chain of joins: where a key that is declared unique is not, two targets
        # behind one bridge stay independent of each other, as in dbt's own engine
        self.chains = {path: [self._take(hop.right, taken) for hop in path] for path in paths}
        self.lookup_aliases = {lookup: self._take(lookup.step, taken) for lookup in lookups}
        self.spine_aliases = {c: self._take(f"calendar_{c.grain}", taken) for c in self.custom}

    @staticmethod
    def _take(name: str, taken: set[str]) -> str:
        alias, count = name, 1
        while alias in taken and count > 0:
            count += 1
            alias = f"{name}_{count}"
        taken.add(alias)
        return alias

    def source(self) -> Node:
        """The fact."""
        return table(self.model.relation, self.alias) if self.keyed is None else step_table(self.keyed[0])

    def column(self, item: Column) -> Node:
        """A column at its grain or date part."""
        if item.grain and item.grain not in ORDER:
            spine = self.manifest.custom_grains[item.grain]
            return column(spine.custom[item.grain], self.spine_aliases[item])
        return at_grain(self._raw(item), item)

    def _raw(self, item: Column) -> Node:
        if item.on_time and self.time is not None:
            return self.time()
        if not item.path:
            return expression(item.expr, self.alias)
        return self._joined(item.path, item.expr)

    def _joined(self, path: Path, text: str) -> Node:
        """A value of a joined row: NULL where there is no such row, even of `coalesce` and `case`."""
        found = expression(text, self.chains[path][-1])
        if isinstance(found, exp.Column) or self.side != "LEFT":
            return found
        key = expression(
            self.manifest.models[path[-1].right].entities[path[-1].entity].expr, self.chains[path][-1]
        )
        if isinstance(key, exp.Column):
            there: Node = exp.Not(this=exp.Is(this=key, expression=exp.Null()))
        else:
            there = self._key_match(path, self.chains[path], len(path) - 1)
        return case(there, found)

    def condition(self, condition: Condition) -> Node:
        """A filter with its names replaced by columns."""
        return substituted(condition, self.operand)

    def operand(self, item: Column | MetricColumn) -> Node:
        """A column, or the value of a metric that was looked up."""
        if isinstance(item, Column):
            return self.column(item)
        for lookup, alias in self.lookup_aliases.items():
            if lookup.value == item.metric and lookup.entity == item.entity:
                return column(lookup.value, alias)
        raise KeyError(item)

    def joins(self) -> list[exp.Join]:
        """The joins in an order in which each finds its left side."""
        found = [found for path, chain in self.chains.items() for found in self._chain(path, chain)]
        for lookup, alias in self.lookup_aliases.items():
            on = exp.EQ(this=self.column(lookup.entity), expression=column(lookup.key, alias))
            found.append(join(step_table(lookup.step, alias), on, self.side))
        for item, alias in self.spine_aliases.items():
            spine = self.manifest.custom_grains[item.grain or ""]
            on = exp.EQ(this=truncated(self._raw(item), spine.grain), expression=column(spine.column, alias))
            found.append(join(table(spine.relation, alias), on, "LEFT"))
        return found

    def _chain(self, path: Path, chain: list[str]) -> list[exp.Join]:
        """The joins of a path; where later hops know nothing of the fact, they are joined before it.

        The tables behind a fact are small beside it: each of its rows is looked up once and not once a hop.
        """
        first, *rest = [self._hop(path, chain, place) for place in range(len(path))]
        if not rest or self.side != "LEFT" or not all(map(self._is_plain, path[1:])):
            return [first, *rest]
        first.this.set("joins", rest)
        first.set("this", exp.Subquery(this=first.this))
        return [first]

    def _is_plain(self, hop: Hop) -> bool:
        left, right = self.manifest.models[hop.left], self.manifest.models[hop.right]
        by_column = isinstance(expression(left.entities[hop.entity].expr), exp.Column)
        return by_column and not right.partitions and right.validity is None

    def _hop(self, path: Path, chain: list[str], place: int) -> exp.Join:
        hop, alias = path[place], chain[place]
        right = self.manifest.models[hop.right]
        on: list[Node] = [self._key_match(path, chain, place)]
        for partition in right.partitions:
            ours = self._partition(partition, path, chain, place)
            if ours is not None:
                theirs = truncated(expression(partition.expr, alias), partition.grain or "day")
                on.append(exp.EQ(this=ours, expression=theirs))
        if right.validity is not None and right.entities[hop.entity].type == "natural" and self.fact_time:
            on += self._within(right, alias)
        return join(table(right.relation, alias), all_of(on), self.side)

    def _key_match(self, path: Path, chain: list[str], place: int) -> Node:
        hop = path[place]
        left, right = self.manifest.models[hop.left], self.manifest.models[hop.right]
        left_alias = chain[place - 1] if place else self.alias
        ours = expression(left.entities[hop.entity].expr, left_alias)
        if self.keyed is not None and not place:
            ours = column(self.keyed[1], self.alias)
        return exp.EQ(this=ours, expression=expression(right.entities[hop.entity].expr, chain[place]))

    def _partition(self, partition: Dimension, path: Path, chain: list[str], place: int) -> Node | None:
        """The partition of the same name in the nearest table on the way from the fact."""
        way = [(self.model, self.alias)]
        way += [(self.manifest.models[hop.right], chain[n]) for n, hop in enumerate(path[:place])]
        for model, alias in reversed(way):
            for item in model.partitions:
                if item.name == partition.name:
                    return truncated(expression(item.expr, alias), item.grain or "day")
        return None

    def _within(self, right: SemanticModel, alias: str) -> list[Node]:
        """The row that was valid at the time of the fact; an open end has no end."""
        assert right.validity is not None and self.fact_time is not None  # noqa: S101, PT018  checked by the caller
        start, end = (expression(item.expr, alias) for item in right.validity)
        before_end = exp.LT(this=self.fact_time(), expression=end)
        still_open = exp.Is(this=end.copy(), expression=exp.Null())
        return [
            exp.GTE(this=self.fact_time(), expression=start),
            exp.Paren(this=exp.Or(this=before_end, expression=still_open)),
        ]


def at_grain(node: Node, item: Column) -> Node:
    """A time at the standard grain or date part of a column; anything else as it is."""
    if item.part:
        return date_part(node, item.part)
    if item.grain:
        return truncated(node, item.grain)
    return node


def substituted(condition: Condition, operand: Callable[[Column | MetricColumn], Node]) -> Node:
    """The tree of a filter with its placeholders replaced."""
    tree = condition.filter.tree.copy()
    for node in list(tree.find_all(exp.Placeholder)):
        replacement = operand(condition.columns[int(node.name)])
        if isinstance(replacement, exp.Binary):
            replacement = exp.Paren(this=replacement)
        if node is tree:
            return replacement
        node.replace(replacement)
    if tree.find(exp.NEQ, exp.Not, exp.Case, exp.If) is not None:
        _keep_unknown(tree)
    return tree


def _keep_unknown(tree: Node) -> None:
    """What has no time is neither equal to a period nor different from it.

    DuckDB takes date_trunc('month', NULL) <> DATE '2024-02-09' for true, since no month begins on that day;
    it does not look through a cast to DATE, nor through CASE.
    """
    for node in list(tree.find_all(exp.TimestampTrunc, exp.DateTrunc)):
        inner, unit = node.this.copy(), node.args["unit"].name.lower()
        if ORDER.get(unit, ORDER["day"]) >= ORDER["day"]:
            node.replace(exp.Cast(this=node.copy(), to=exp.DataType(this=exp.DType.DATE)))
        else:
            known = exp.Not(this=exp.Is(this=inner, expression=exp.Null()))
            node.replace(case(known, node.copy()))


def _is_custom(item: Column | MetricColumn) -> bool:
    return isinstance(item, Column) and bool(item.grain) and item.grain not in ORDER
