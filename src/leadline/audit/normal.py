"""The normal form: instances named alike, and what is left when edge cases are set aside and noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from leadline.audit import decide
from leadline.audit.build import Rows
from leadline.audit.decide import both, ite, switch
from leadline.audit.frames import Frame, aggregate, atom, over_branches, rebuild
from leadline.audit.lookups import MARK
from leadline.audit.terms import (
    FALSE,
    NULL,
    ONE,
    TRUE,
    ZERO,
    Term,
    evaluate,
    is_const,
    leaves,
    mono_term,
    nullable,
    num,
    parts,
    poly_term,
    type_of,
)

# What a note is about: zero, null, empty or rounding; the term; and what stands in the edge case.
Note = tuple[str, Term, Term]
_ZERO: Final = (0, Fraction(0))


# Names that do not depend on how a query was written.


def canonical(rows: Rows) -> Rows:
    """The same rows with instances named by what they are, in one order."""
    env: dict[Any, Any] = {}
    made = _frame(rows.frame, env, 0)
    return Rows(made, tuple((name, _renamed(term, env, 0)) for name, term in rows.outputs))


def _frame(rows: Frame, env: dict[Any, Any], depth: int) -> Frame:
    """The frame renamed; `env` learns the names of its items."""
    sources = [(_source(item[1], env, depth + 1), item) for item in rows[1]]
    sources.sort(key=lambda pair: (pair[1][2] != "inner", repr(pair[0])))
    for place, (_, item) in enumerate(sources):
        # A position in the frame: two frames of the same relations give the same names.
        env[item[0]] = f"{depth}.{place}"
    items = tuple(
        (env[item[0]], source, item[2], _conditions(item[3], env, depth)) for source, item in sources
    )
    return ("frame", items, _conditions(rows[2], env, depth))


def _conditions(conditions: tuple[Term, ...], env: dict[Any, Any], depth: int) -> tuple[Term, ...]:
    """All of them as one condition: what one of two says of the other is found."""
    found = both(*(_renamed(c, env, depth) for c in conditions))
    return () if found == TRUE else (found,)


def _source(source: Term, env: dict[Any, Any], depth: int) -> Term:
    match source[0]:
        case "table":
            return source
        case "groups":
            inner = dict(env)
            rows = _frame(source[1], inner, depth)
            return ("groups", rows, tuple(_renamed(k, inner, depth) for k in source[2]))
        case "union":
            return ("union", tuple(sorted((_branch(b, env, depth) for b in source[1]), key=repr)))
        case "limit" | "sub":
            rows, outputs = _branch(source[1:3], env, depth)
            return (source[0], rows, outputs, *source[3:])
        case "values":
            return source
        case "stacked":
            made = {_source(part, env, depth) for part in source[1:]}
            return ("stacked", *sorted(made, key=repr))
    return (source[0], *(_branch(p, env, depth) if p[0] != "str" else p for p in source[1:]))


def _branch(branch: Any, env: dict[Any, Any], depth: int) -> Any:
    inner = dict(env)
    rows = _frame(branch[0], inner, depth)
    return (rows, tuple(_renamed(t, inner, depth) for t in branch[1]))


def _renamed(term: Term, env: dict[Any, Any], depth: int) -> Term:
    def put(part: Any) -> Any:
        match part[0]:
            case "col" | "key":
                return (part[0], env.get(part[1], part[1]), *part[2:])
            case "agg":
                inner = dict(env)
                rows = _frame(part[4], inner, depth + 1)
                keys = tuple(_renamed(k, inner, depth + 1) for k in part[5])
                argument = _renamed(part[3], inner, depth + 1)
                return ("agg", env.get(part[1], part[1]), part[2], argument, rows, keys)
            case "atom":
                inner = dict(env)
                rows = _frame(part[3], inner, depth + 1)
                return ("atom", part[1], _renamed(part[2], inner, depth + 1), rows)
            case "win":
                known = dict(env)
                made = tuple(put(t) for t in part[2])
                by = tuple(sorted((put(t) for t in part[3]), key=repr))
                order = tuple((put(t), how) for t, how in part[4])
                rows = (
                    _frame(part[6], known, depth)
                    if not _known(part[6], env)
                    else _same_rows(part[6], env, depth)
                )
                return ("win", part[1], made, by, order, part[5], rows)
        return rebuild(part, put)

    found: Term = put(term)
    return found


def _known(rows: Frame, env: Mapping[Any, Any]) -> bool:
    return all(item[0] in env for item in rows[1])


def _same_rows(rows: Frame, env: dict[Any, Any], depth: int) -> Frame:
    """The rows that a window looks at: those of its frame, as far as they were filtered then."""
    items = sorted(
        (
            (env[i], _source(s, env, depth + 1), kind, _conditions(on, env, depth))
            for i, s, kind, on in rows[1]
        ),
        key=repr,
    )
    return ("frame", tuple(items), _conditions(rows[2], env, depth))


# Edge cases set aside.


@dataclass(slots=True)
class Loosener:
    """Sets edge cases aside and notes them.

    `ordinary` are columns for which NULL is a value like others; `present` says, for each grouped relation,
    which rows every group has at least one of.
    """

    ordinary: frozenset[str] = frozenset()
    notes: list[Note] | None = None
    present: Mapping[Any, Term] = field(default_factory=dict)

    def note(self, kind: str, term: Term, value: Term = NULL) -> None:
        """Remember an edge case that was set aside."""
        if self.notes is not None:
            self.notes.append((kind, term, value))

    def term(self, term: Any) -> Any:
        """A canonical term without its edge cases."""
        match term[0]:
            case "nz":
                inner = self.term(term[1])
                if not self._never_zero(term[1]):
                    self.note("zero", inner)
                return inner
            case "dec":
                return self._decision(term)
            case "fn" if term[1] in ("round", "cast_int", "floor", "ceil", "trunc") and self._is_outer(term):
                inner = self.term(term[2][0])
                self.note("rounding", inner, term[2][1] if len(term[2]) > 1 else ZERO)
                return inner
            case "agg":
                return self._aggregate(("agg", term[1]), term[2], term[3], self.frame(term[4]), term[5])
            case "atom":
                return self._aggregate(("atom",), term[1], term[2], self.frame(term[3]), ())
            case "rat":
                self._mark_settled(term)
                return decide.div(evaluate(term[1], self.term, decide), evaluate(term[2], self.term, decide))
            case "frame":
                return self.frame(term)
            case "table" | "values" | "str":
                return term
        return rebuild(term, self.term)

    @staticmethod
    def _is_outer(term: Term) -> bool:
        """Whether what is rounded is a result: rounding rows before they are summed is another number."""
        return any(f[0] in ("agg", "atom", "rat", "dec", "fn") for f in term[2][:1])

    def frame(self, rows: Frame) -> Frame:
        """A frame without its edge cases."""
        items = tuple((i, self._source(s), kind, tuple(map(self.term, on))) for i, s, kind, on in rows[1])
        return ("frame", items, tuple(c for c in map(self.term, rows[2]) if c != TRUE))

    def _source(self, source: Term) -> Term:
        if source[0] == "groups":
            return ("groups", self.frame(source[1]), tuple(map(self.term, source[2])))
        if source[0] == "stacked":
            return ("stacked", *map(self._source, source[1:]))
        if source[0] == "union":
            return ("union", tuple((self.frame(f), tuple(map(self.term, o))) for f, o in source[1]))
        return source

    # Decisions: what guards a denominator, and what stands for NULL.

    def _decision(self, term: Term) -> Term:
        _, test, cuts, children, null = term
        made = [self.term(child) for child in children]
        unknown = self.term(null)
        guarded = self._guarded(test, cuts, made, unknown)
        if guarded is not None:
            return guarded
        if not self._is_ordinary(test) and nullable(test) and unknown != made[0]:
            self.note("empty" if test[0] in ("agg", "atom") else "null", self._test(test), unknown)
            unknown = made[0]
        if test[0] in ("cmp", "same"):
            return _resting(self._test(test), cuts, made, unknown)
        value = self.term(test)
        return decide.combine(
            lambda leaf, *rest: _resting(leaf, cuts, rest[:-1], rest[-1]), value, *made, unknown
        )

    def _test(self, test: Term) -> Term:
        return (
            (test[0], self.term(test[1]), self.term(test[2]))
            if test[0] in ("cmp", "same")
            else self.term(test)
        )

    def _guarded(self, test: Term, cuts: Any, children: list[Term], null: Term) -> Term | None:
        """The general child of a test for zero that guards a denominator, or a sum that nothing adds to."""
        if test[0] == "cmp" or not cuts or any(cut[0][0] != 0 for cut in cuts):
            return None
        general = children[-1]
        plain = self.term(test)
        zeros = [_ZERO, (0, Fraction(1))] if type_of(test) == "nat" else [_ZERO]
        at_most_zero = all(cut[0] in zeros for cut in cuts)
        others = {leaf for child in (*children[:-1], null) if child != general for leaf in leaves(child)}
        if not at_most_zero or not others <= {NULL, ZERO}:
            return None
        if all(_divides(plain, leaf) for leaf in leaves(general) if leaf not in (NULL, ZERO)):
            if not self._never_zero(test):
                self.note("zero", plain, ZERO if ZERO in others else NULL)
            return general
        return None

    def _mark_settled(self, quotient: Term) -> None:
        """Counts below a sum that is NULL where they are zero need no guard: NULL / 0 is NULL."""
        for mono, _ in quotient[2]:
            for factor, _ in mono:
                count = factor[1] if factor[0] == "nz" else factor
                if count[0] in ("agg", "atom"):
                    kind, counted = (count[2], count[3]) if count[0] == "agg" else (count[1], count[2])
                    if kind == "count" and all(_is_null_without(m, counted) for m, _ in quotient[1]):
                        # Guarded or not is the same: the note of the guard cancels out.
                        self._note_guard(factor, count)

    def _note_guard(self, factor: Term, count: Term) -> None:
        if factor[0] != "nz" and not self._never_zero(count):
            self.note("zero", self.term(count))

    def _never_zero(self, term: Term) -> bool:
        """Whether a count counts every row that its group has."""
        return bool(term[0] == "agg" and term[2] == "count" and self._fills(term[1], term[3]))

    def _fills(self, instance: Any, argument: Term) -> bool:
        """Whether an argument has a value for each row of which the groups are made."""
        if instance not in self.present:
            return False
        without = both(self.present[instance], decide.is_null(argument))
        return decide.holds(without) == FALSE

    def _is_ordinary(self, test: Term) -> bool:
        match test[0]:
            case "col":
                return (
                    test[2] in self.ordinary
                    or test[2] == MARK
                    or test[4] in ("date", "ts")
                    or _is_event(test[2])
                )
            case "key":
                return True
            case "fn":
                return any(self._is_ordinary(a) for a in test[2])
            case "look" | "has" | "win":
                return True
        return False

    # Aggregates: sums taken apart, counts of values as counts of rows.

    def _aggregate(self, head: tuple[Any, ...], kind: str, argument: Term, rows: Frame, keys: Any) -> Term:
        keys = tuple(map(self.term, keys))

        def make(name: str, what: Term) -> Term:
            if head[0] == "agg":
                return aggregate(head[1], name, what, rows, keys)
            return atom(name, what, rows)

        split = over_branches(argument, rows, keys) if kind in ("sum", "count") else None
        if split is not None:
            # A sum over stacked queries is the sum of theirs.
            total = ZERO
            for below, own_rows, own_keys in split:
                part = (
                    aggregate(head[1], kind, below, own_rows, own_keys)
                    if head[0] == "agg"
                    else atom(kind, below, own_rows)
                )
                total = decide.add(total, ZERO if part == NULL or below == NULL else self.term(part))
            self.note("parts", argument, num(len(split)))
            return total

        if kind == "sum":
            is_filled = head[0] == "agg" and self._fills(head[1], argument)
            return self._sum(self.term(argument), make, is_filled)
        loose = self.term(argument)
        if kind == "rows_distinct":
            single = decide.combine(
                lambda leaf: leaf[2][0] if leaf[:2] == ("fn", "tuple") and len(leaf[2]) == 1 else leaf, loose
            )
            if single != loose:
                self.note("null", single, ONE)
                return make("distinct", single)
        return make(kind, loose)

    def _sum(self, argument: Term, make: Any, is_filled: bool) -> Term:
        found: dict[tuple[Any, Any, Fraction], Term] = {}
        values = leaves(argument)
        for leaf in values:
            if leaf in (NULL, ZERO):
                continue
            top, bottom = parts(leaf)
            chosen = decide.combine(lambda at, leaf=leaf: TRUE if at == leaf else FALSE, argument)
            # A product of the leaf counts where the whole of it is not NULL.
            chosen = both(chosen, self.term(decide.negated(decide.is_null(leaf))))
            for mono, coefficient in top.items():
                region = chosen
                place = (mono, tuple(sorted(bottom.items(), key=repr)), coefficient)
                found[place] = decide.either(found.get(place, FALSE), region)
        counts = all(not mono and dict(bottom) == {(): 1} for mono, bottom, _ in found)
        if not (is_filled and counts) and (len(found) != 1 or ZERO in values):
            self.note("parts", argument, num(len(found)))
        total = ZERO
        for (mono, bottom_items, coefficient), region in sorted(found.items(), key=repr):
            below = poly_term(dict(bottom_items))
            if not mono and below == ONE:
                if not is_filled:
                    self.note("empty", make("count", ite(region, ONE, NULL)), NULL)
                part = make("count", ite(region, ONE, NULL))
            else:
                part = make("sum", ite(region, decide.div(mono_term(mono), below), NULL))
            total = decide.add(total, decide.mul(num(coefficient), part))
        return total


def _is_null_without(mono: Any, counted: Term) -> bool:
    """Whether a product has a sum that is NULL unless a row is counted."""
    for factor, _ in mono:
        if factor[0] in ("agg", "atom"):
            kind, argument = (factor[2], factor[3]) if factor[0] == "agg" else (factor[1], factor[2])
            if kind in ("sum", "min", "max"):
                outside = both(decide.negated(decide.is_null(argument)), decide.is_null(counted))
                if decide.holds(outside) == FALSE:
                    return True
    return False


def _resting(test: Term, cuts: Any, children: Any, null: Term) -> Term:
    if test == NULL:
        return null
    if is_const(test):
        return ("fn", "const_test", (test,))
    return switch(test, cuts, children, null)


def _divides(factor: Term, leaf: Term) -> bool:
    """Whether a leaf has the factor in its denominator."""
    if leaf[0] != "rat":
        return False
    wanted = {f for f, _ in parts(factor)[0].copy().popitem()[0]} if factor[0] == "rat" else {factor}
    return bool(wanted) and all(wanted <= {f for f, _ in mono} for mono, _ in leaf[2])


def _is_event(name: str) -> bool:
    """Whether a column says when something happened, so that NULL says that it did not."""
    return name.endswith(("_at", "_date", "_on", "_time", "_day", "_ts", "_timestamp"))
