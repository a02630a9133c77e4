"""Two queries on real data: which rows differ by key, and what their outputs sum to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadline import warehouse
from leadline.audit.expand import read
from leadline.audit.measured.database import Database
from leadline.audit.terms import UndecidableError
from leadline.audit.verdict import Comparison, Gap
from leadline.errors import LeadlineError, WarehouseError

SAMPLE: Final = 5
_NUMBERS: Final = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\)")


@dataclass(frozen=True, slots=True)
class TwoResults:
    """The rows of two queries beside each other.

    `keys` name a row; `differing` are rows of one key with other values, `only` those whose key the other
    query lacks. `sample` has rows of keys, then the values of both, output by output. `sums` are of numbers.
    """

    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    rows: tuple[int, int] = (0, 0)
    differing: int = 0
    only: tuple[int, int] = (0, 0)
    sample: tuple[tuple[Any, ...], ...] = ()
    sums: tuple[tuple[str, Gap], ...] = ()
    why: str = ""


def two_results(
    database: Database, left: str, right: str, found: Comparison, dialect: str | None = None
) -> TwoResults:
    """Run two queries that were compared; `why` is set where that can't be done."""
    try:
        sides = [_side(database, text, dialect) for text in (left, right)]
        return _Two(database, found, sides).results()
    except UndecidableError as error:
        return TwoResults(why=str(error))
    except LeadlineError as error:
        near = f"; nearest: {', '.join(error.nearest)}" if error.nearest else ""
        return TwoResults(why=f"{error.what}{near}")


def _side(database: Database, text: str, dialect: str | None) -> str:
    return database.text(read(text, dialect))


class _Two:
    """Two results as temporary tables, which a connection for reading may have."""

    def __init__(self, database: Database, found: Comparison, sides: Sequence[str]) -> None:
        self.database = database
        self.columns = [self._made(name, text) for name, text in zip(("one__", "two__"), sides, strict=True)]
        self.pairs = self._paired(found)

    def _made(self, name: str, text: str) -> dict[str, str]:
        self._run(f"create or replace temporary table {name} as from ({text})")
        described = self._run(f"describe {name}")
        names = [str(row[0]) for row in described]
        if len({n.lower() for n in names}) < len(names):
            raise WarehouseError("two of its outputs have one name")
        return {str(row[0]).lower(): str(row[1]) for row in described}

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        return warehouse.rows_within(self.database.connection, sql, self.database.seconds)

    def _paired(self, found: Comparison) -> list[tuple[str, str, bool]]:
        """Each column of one with that of the other, and whether it is a value: by name, then by place."""
        one, two = (list(columns) for columns in self.columns)
        values = {name.lower() for name, _ in found.outputs}
        values = values or {n for n in one if _is_number(self.columns[0][n])} or set(one[-1:])
        pairs = [(name, name, name in values) for name in one if name in two]
        rest = [name for name in two if name not in one]
        free = [name for name in one if name not in two]
        if len(rest) == len(free):
            pairs += [(a, b, a in values) for a, b in zip(free, rest, strict=True)]
        if not any(is_value for _, _, is_value in pairs):
            raise WarehouseError("no output of one pairs up with one of the other")
        return pairs

    def results(self) -> TwoResults:
        keys = [(a, b) for a, b, is_value in self.pairs if not is_value]
        values = [(a, b) for a, b, is_value in self.pairs if is_value]
        counts = [self._run(f"select count(*) from {name}")[0][0] for name in ("one__", "two__")]  # noqa: S608
        repeated = any(
            self._run(f"select 1 from {t} group by {', '.join(k)} having count(*) > 1 limit 1")  # noqa: S608
            for t, k in (("one__", [_q(a) for a, _ in keys]), ("two__", [_q(b) for _, b in keys]))
            if k
        ) or (not keys and max(counts) > 1)
        if repeated:
            # Rows that nothing names are compared whole.
            keys, values = [*keys, *values], []
            differing, only, sample = self._as_a_whole(keys)
        else:
            differing, only, sample = self._by_key(keys, values)
        shown = values or [(a, b) for a, b, is_value in self.pairs if is_value]
        return TwoResults(
            tuple(a for a, _ in keys),
            tuple(a for a, _ in values),
            (counts[0], counts[1]),
            differing,
            only,
            sample,
            tuple(self._sums(shown)),
        )

    def _by_key(
        self, keys: Sequence[tuple[str, str]], values: Sequence[tuple[str, str]]
    ) -> tuple[int, tuple[int, int], tuple[tuple[Any, ...], ...]]:
        on = " and ".join(f"l.{_q(a)} is not distinct from r.{_q(b)}" for a, b in keys) or "l.h__ = r.h__"
        sides = "(select *, 1 as h__ from one__) as l full join (select *, 1 as h__ from two__) as r"
        joined = f"{sides} on {on}"
        differs = " or ".join(self._differs(a, b) for a, b in values)
        both = "l.h__ is not null and r.h__ is not null"
        counted = self._run(
            f"select count(*) filter (where {both} and ({differs})), "  # noqa: S608 - names are quoted
            f"count(*) filter (where r.h__ is null), count(*) filter (where l.h__ is null) from {joined}"
        )[0]
        shown = ", ".join(
            [f"coalesce(l.{_q(a)}, r.{_q(b)})" for a, b in keys]
            + [f"{side}.{_q(name)}" for a, b in values for side, name in (("l", a), ("r", b))]
        )
        order = ", ".join(str(n + 1) for n in range(len(keys))) or "1"
        sample = self._run(
            f"select {shown} from {joined} where not ({both}) or {differs} "  # noqa: S608
            f"order by {order} limit {SAMPLE}"
        )
        return counted[0], (counted[1], counted[2]), tuple(sample)

    def _as_a_whole(
        self, keys: Sequence[tuple[str, str]]
    ) -> tuple[int, tuple[int, int], tuple[tuple[Any, ...], ...]]:
        one = f"select {', '.join(self._rounded(a, 0) for a, _ in keys)} from one__"  # noqa: S608
        two = f"select {', '.join(self._rounded(b, 1) for _, b in keys)} from two__"  # noqa: S608
        gone = self._run(f"select count(*) from ({one} except all {two})")[0][0]  # noqa: S608
        new = self._run(f"select count(*) from ({two} except all {one})")[0][0]  # noqa: S608
        sample = self._run(f"{one} except all {two} order by all limit {SAMPLE}")
        return 0, (gone, new), tuple(sample)

    def _rounded(self, name: str, side: int) -> str:
        if self.columns[side][name].startswith(("DOUBLE", "FLOAT", "DECIMAL")):
            return f"round({_q(name)}::double, 9)"
        return _q(name)

    def _differs(self, a: str, b: str) -> str:
        one, two = f"l.{_q(a)}", f"r.{_q(b)}"
        if not (_is_number(self.columns[0][a]) and _is_number(self.columns[1][b])):
            return f"{one}::varchar is distinct from {two}::varchar"
        far = f"abs({one}::double - {two}::double) > 1e-9 * greatest(abs({one}), abs({two}), 1e-3)"
        return f"(({one} is null) <> ({two} is null) or coalesce({far}, false))"

    def _sums(self, values: Sequence[tuple[str, str]]) -> Sequence[tuple[str, Gap]]:
        found = []
        for a, b in values:
            if _is_number(self.columns[0][a]) and _is_number(self.columns[1][b]):
                one, two = (
                    self._run(f"select sum({_q(n)}) filter (where isfinite({_q(n)}::double)) from {t}")[0][0]  # noqa: S608
                    for n, t in ((a, "one__"), (b, "two__"))
                )
                gap = Gap(None, None if one is None else float(one), None if two is None else float(two))
                found.append((a, gap))
        return found


def _is_number(kind: str) -> bool:
    return _NUMBERS.fullmatch(kind) is not None


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
