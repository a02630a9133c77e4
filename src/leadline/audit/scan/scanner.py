"""Every output of every query, compared with the definition that its name claims or its formula is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sqlglot import exp

from leadline.audit.expand import row_keys
from leadline.audit.formulas import Formula, compare, formulas
from leadline.audit.scan.findings import ERROR, NOTE, WARNING, Finding, Result, Statement, Subject
from leadline.audit.scan.models import Models
from leadline.audit.scan.names import Book, Claim
from leadline.audit.scan.sources import Sources
from leadline.audit.scan.stacked import stacked_parts
from leadline.audit.terms import UndecidableError
from leadline.audit.verdict import DIFFERENT, EDGE, SAME, UNDECIDABLE, Verdict
from leadline.errors import LeadlineError

_AGGREGATES: Final = re.compile(
    r"\b(?:sum|count|avg|mean|min|max|median|\w*distinct\w*|quantile\w*|percentile\w*|count_?if|approx\w*)\s*\(",
    re.IGNORECASE,
)
# Macros may compute what the text doesn't show.
_CALLS: Final = re.compile(r"\{%|\{\{(?!\s*(?:ref|source|config)\()")
_BLOCKS: Final = re.compile(
    r"\s*(?:\{#.*?#\}\s*|--[^\n]*\n\s*)*\{%-?\s*(?:macro|test|materialization|docs|snapshot)\b", re.DOTALL
)


@dataclass(slots=True)
class _Query:
    """A query over base tables, and its outputs by the conditions that are left in.

    `narrowed_by` are the names of columns that its WHERE clauses read.
    """

    text: str
    dialect: str
    narrowed_by: frozenset[str]
    read: dict[frozenset[tuple[str, str]], list[Formula]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Output:
    """An output as it was first read."""

    statement: Statement
    shown: str
    formula: Formula
    tables: frozenset[str]
    query: _Query


class Scanner:
    """Scans files. The definitions are those of `book`, the project's own models those of `models`.

    With `only_claims` formulas under names that are no KPI's are left aside.
    """

    def __init__(
        self, book: Book, models: Models, dialect: str | None = None, only_claims: bool = False
    ) -> None:
        self.book = book
        self.only_claims = only_claims
        self.dialect = dialect
        self.models = models
        self._known: dict[tuple[str, str, str], Verdict] = {}

    def scan(self, files: Iterable[Path]) -> Result:
        """The findings of all files, in their order; a file that can't be read is one of them."""
        result = Result()
        listed = list(files)
        sources = Sources(listed)
        self.models.texts |= sources.questions
        for path in listed:
            result.files += 1
            try:
                for statement in sources.statements(path):
                    result.statements += 1
                    self._statement(statement, result)
            except LeadlineError as error:
                # One file that can't be read does not hide what the others say.
                where = Statement(error.where or str(path), 1, 1, "")
                result.findings.append(_unread(where, f"{error.what}: {error.fix}"))
        return result

    def _statement(self, statement: Statement, result: Result) -> None:
        if statement.unread:
            result.findings.append(_unread(statement, statement.unread))
            return
        if self.models.is_beneath(statement.path) or not self._may_compute(statement):
            return
        try:
            tree = self.models.query(statement.sql, self.dialect, statement.path)
            for part in stacked_parts(tree):
                self._query(statement, part, tree.meta["dialect"], result)
        except (UndecidableError, RecursionError) as error:
            reason = str(error) if isinstance(error, UndecidableError) else "it is nested too deeply"
            result.findings.append(_unread(statement, reason))

    def _query(self, statement: Statement, tree: exp.Query, dialect: str, result: Result) -> None:
        clauses = tree.find_all(exp.Where)
        names = frozenset(c.name.lower() for clause in clauses for c in clause.find_all(exp.Column))
        query = _Query(tree.sql(dialect=dialect), dialect, names)
        found = self._formulas(query, self.book.reserved)
        shown = self._shown(statement, found)
        own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        tables = frozenset(t.name.lower() for t in tree.find_all(exp.Table)) - own
        for formula in found:
            name = shown.get(formula.name, formula.name)
            self._output(_Output(statement, name, formula, tables, query), result)

    def _shown(self, statement: Statement, found: list[Formula]) -> dict[str, str]:
        """How outputs are called where they are shown; a question with one number bears its name."""
        shown = dict(statement.names)
        numbers = [f.name for f in found if f.is_aggregate or (f.term is None and _is_aggregated(f))]
        if statement.is_titled and len(numbers) == 1:
            name = shown.get(numbers[0], numbers[0])
            if self.book.claim(name) is None and self.book.claim_of_title(statement.title) is not None:
                shown[numbers[0]] = statement.title
        return shown

    def _may_compute(self, statement: Statement) -> bool:
        if _BLOCKS.match(statement.sql):
            return False
        if _CALLS.search(statement.sql):
            return True
        return _AGGREGATES.search(statement.sql) is not None or any(
            name in self.models.texts for name in set(re.findall(r"\w+", statement.sql.lower()))
        )

    def _formulas(self, query: _Query, reserved: frozenset[tuple[str, str]]) -> list[Formula]:
        """The outputs without conditions on cuts, those aside that definitions have conditions on."""
        reserved = frozenset(place for place in reserved if place[1] in query.narrowed_by)
        if reserved not in query.read:

            def is_cut(table: str, column: str) -> bool:
                is_known = (table, column) in self.book.cuts or table not in self.book.relations
                return is_known and (table, column) not in reserved

            query.read[reserved] = formulas(query.text, self.book.facts, query.dialect, is_cut)
        return query.read[reserved]

    def _output(self, output: _Output, result: Result) -> None:
        formula = output.formula
        claim = self.book.claimed(output.shown, formula.name)
        if not formula.is_aggregate and claim is None:
            return
        if not formula.is_aggregate and formula.term is not None and not _is_windowed(formula.term):
            return
        if claim is None and self.only_claims:
            return
        equal = self.book.by_key.get(formula.key, ()) if formula.key and not self.only_claims else ()
        if claim is None:
            if equal:
                result.compared += 1
                self._unnamed(output, equal, result)
            return
        if formula.term is None and not _is_aggregated(formula):
            return
        result.compared += 1
        self._claimed(output, claim, equal, result)

    # A name that claims.

    def _claimed(self, output: _Output, claim: Claim, equal: tuple[str, ...], result: Result) -> None:
        near = tuple(name for name in claim.metrics if output.tables & self.book.tables(name))
        claim = Claim(near or claim.metrics)
        ordered = sorted(claim.metrics, key=lambda name: name not in equal)
        verdicts: list[tuple[str, Verdict]] = []
        for name in ordered:
            verdicts.append((name, self._verdict(output, name)))
            if verdicts[-1][1].verdict == SAME:
                break
        best, verdict = min(verdicts, key=lambda v: (SAME, EDGE, UNDECIDABLE, DIFFERENT).index(v[1].verdict))
        if verdict.verdict == SAME and len(claim.metrics) > 1:
            message = f"{output.shown} here is {best}{_also(claim.metrics, best)}"
            result.findings.append(_finding(output, "ambiguous-name", WARNING, (best,), message))
        elif verdict.verdict == SAME:
            result.same += 1
        else:
            result.findings.append(self._differs(output, claim, best, verdict, equal))

    def _differs(
        self, output: _Output, claim: Claim, best: str, verdict: Verdict, equal: tuple[str, ...]
    ) -> Finding:
        reasons = "; ".join(map(_of_definition, self._reasons(output, best, verdict)))
        metrics = claim.metrics if len(claim.metrics) > 1 else (best,)
        if verdict.verdict == EDGE:
            message = f"{output.shown} is {best} but for: {reasons}{_also(metrics, best)}"
            return _finding(output, EDGE, WARNING, metrics, message, subject=self._subject(output, best))
        if verdict.verdict == UNDECIDABLE:
            message = f"whether {output.shown} is {best} can't be decided: {reasons}"
            return _finding(output, UNDECIDABLE, NOTE, metrics, message)
        names = (
            " or ".join(metrics) if len(metrics) < 5 else f"{best} or another of its {len(metrics)} meanings"
        )
        equal = equal or (self.book.by_key.get(output.formula.key, ()) if output.formula.key else ())
        others = [name for name in equal if name not in metrics and self._is(output, name)]
        but = " but for the filter" if "extra filter" in reasons else ""
        is_other = f"; that is {others[0]}{but}" if others else ""
        message = f"{output.shown} is not {names} as defined: {reasons}{is_other}"
        return _finding(output, DIFFERENT, ERROR, metrics, message, verdict, self._subject(output, best))

    def _reasons(self, output: _Output, best: str, verdict: Verdict) -> list[str]:
        wanted = self.book.formula(best)
        tree, place = output.formula.tree, output.formula.place
        # What stands beside the output in a query that reads tables alone has no part in it.
        own = tree if tree.find(exp.CTE, exp.Subquery) else tree.selects[place]
        nodes = [own, *([wanted.tree] if wanted is not None else [])]
        divides = any(node.find(exp.Div, exp.SafeDivide, exp.IntDiv) for node in nodes)
        kept = [reason for reason in verdict.reasons if divides or reason != "zero denominator"]
        return kept or list(verdict.reasons)

    def _is(self, output: _Output, metric: str) -> bool:
        """Whether an output is a metric, what its query leaves out aside; formulas of one key may not be."""
        wanted = self.book.formula(metric)
        if wanted is None:
            return False
        formula = self._formulas(output.query, self.book.conditions(metric))[output.formula.place]
        return self._compared(formula, wanted, metric).verdict in (SAME, EDGE)

    # A formula that is a definition's.

    def _unnamed(self, output: _Output, equal: tuple[str, ...], result: Result) -> None:
        for name in equal:
            verdict = self._verdict(output, name)
            if verdict.verdict in (SAME, EDGE):
                but = (
                    f" but for: {'; '.join(map(_of_definition, verdict.reasons))}"
                    if verdict.verdict == EDGE
                    else ""
                )
                message = f"{output.shown} computes {name} under another name{but}"
                result.findings.append(_finding(output, "other-name", NOTE, (name,), message))
                return

    # Verdicts.

    def _subject(self, output: _Output, metric: str) -> Subject:
        """What was compared, as the verdict was found: without what narrows a report."""
        reserved = self.book.conditions(metric)
        formula = self._formulas(output.query, reserved)[output.formula.place]
        reserved |= self._left_out(formula) if formula.cuts else frozenset()
        return Subject(output.query.text, output.query.dialect, formula.place, metric, reserved)

    def _verdict(self, output: _Output, metric: str) -> Verdict:
        wanted = self.book.formula(metric)
        if wanted is None:
            return Verdict(UNDECIDABLE, (f"{metric} is another number for each kind of period",))
        read = self.book.tables(metric)
        if not output.tables & read:
            reads = ", ".join(sorted(output.tables)) or "no table"
            return Verdict(
                UNDECIDABLE, (f"it reads {reads}; the definition reads {', '.join(sorted(read))}",)
            )
        reserved = self.book.conditions(metric)
        formula = self._formulas(output.query, reserved)[output.formula.place]
        found = self._compared(formula, wanted, metric)
        if formula.is_mixed and found.verdict in (SAME, EDGE):
            return Verdict(UNDECIDABLE, ("a part of it is of the group of its row, and a part of all rows",))
        kept = self._left_out(formula) if formula.cuts and found.verdict in (SAME, EDGE, DIFFERENT) else None
        if not kept:
            return found
        again = self._formulas(output.query, reserved | kept)[output.formula.place]
        if found.verdict != DIFFERENT:
            return self._compared(again, wanted, metric)
        left_out = [_plain(cut) for cut in formula.cuts if cut not in again.cuts]
        return replace(found, reasons=(*found.reasons, f"extra filter {' and '.join(left_out)}"))

    def _compared(self, formula: Formula, wanted: Formula, metric: str) -> Verdict:
        known = (metric, repr(formula.term), "" if formula.term is not None else formula.tree.sql())
        if formula.term is None or known not in self._known:
            self._known[known] = compare(formula, wanted, self.book.facts)
        return self._known[known]

    def _left_out(self, formula: Formula) -> frozenset[tuple[str, str]]:
        """The columns by which rows are left out, unlike those to which a report is narrowed or cut by.

        `channel = 'Email'` is a report on e-mail, `campaign <> 'brand'` another number by the same name; a
        condition on what the rows are grouped by only leaves rows of the result out.
        """
        import sqlglot

        plain = row_keys(formula.tree) | {column for _, column in self.book.times}
        found: set[str] = set()
        for cut in formula.cuts:
            tree = sqlglot.parse_one(cut, dialect="duckdb")
            if tree.find(exp.NEQ, exp.Not) is not None:
                found |= {column.name.lower() for column in tree.find_all(exp.Column)} - plain
        return frozenset(place for place in self.book.cuts if place[1] in found)


def _is_windowed(term: Any) -> bool:
    """Whether a value is an aggregate over a window."""
    if not isinstance(term, tuple) or not term:
        return False
    return term[0] == "win" or any(_is_windowed(part) for part in term)


def _is_aggregated(formula: Formula) -> bool:
    """Whether an output without a normal form is an aggregate, as far as its text tells."""
    return formula.tree.find(exp.AggFunc) is not None


def _plain(condition: str) -> str:
    """A condition without the names of relations."""
    import sqlglot

    tree = sqlglot.parse_one(condition, dialect="duckdb")
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    return tree.sql(dialect="duckdb")


def _of_definition(reason: str) -> str:
    """A reason between two queries, where the other of them is the definition."""
    return re.sub(r"\bthe other\b", "the definition", reason)


def _also(metrics: tuple[str, ...], best: str) -> str:
    others = ", ".join(name for name in metrics if name != best)
    return f"; the name is also used for {others}: call it {best}" if others else ""


def _unread(statement: Statement, reason: str) -> Finding:
    return Finding(
        UNDECIDABLE, NOTE, statement.path, statement.line, statement.column, "", (), f"not read: {reason}"
    )


def _finding(
    output: _Output,
    rule: str,
    level: str,
    metrics: tuple[str, ...],
    message: str,
    verdict: Verdict | None = None,
    subject: Subject | None = None,
) -> Finding:
    line, column = _place(output.statement, output.formula.name)
    witness = verdict.witness if verdict else None
    return Finding(
        rule,
        level,
        output.statement.path,
        line,
        column,
        output.formula.name,
        metrics,
        message,
        witness,
        subject=subject,
    )


def _place(statement: Statement, name: str) -> tuple[int, int]:
    """Where an output is named: `as name`, else the name's last mention, else where its query begins."""
    word = re.escape(name)
    hits = [
        *re.finditer(rf"\bas\s+[\"`\[]?({word})(?!\w)", statement.sql, re.IGNORECASE),
    ] or [*re.finditer(rf"(?<!\w)({word})(?!\w)", statement.sql, re.IGNORECASE)]
    if not hits or (not statement.is_verbatim and "\n" in statement.sql.strip()):
        return statement.line, statement.column
    at = hits[-1].start(1)
    line = statement.sql.count("\n", 0, at)
    begin = statement.sql.rfind("\n", 0, at) + 1
    if statement.path.endswith((".json", ".yml", ".yaml", ".py")):
        # The text stands indented or escaped there: its line is known, its column is not always.
        return statement.line + line - _leading(statement), statement.column if not line else 1
    return statement.line + line, at - begin + (statement.column if not line else 1)


def _leading(statement: Statement) -> int:
    """Empty lines before an export's query, which its place does not count."""
    if statement.path.endswith(".py"):
        return 0
    text = statement.sql
    return text.count("\n", 0, len(text) - len(text.lstrip()))
