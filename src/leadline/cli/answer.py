"""A request as the terminal asks it: the rows, what they mean, and what has to be said below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from leadline.availability import Gap, covered_until, gaps, why_missing, without_data
from leadline.catalog import shown_label, shown_unit
from leadline.cli.options import Ask
from leadline.cli.session import Session
from leadline.errors import RequestError
from leadline.grains import STANDARD
from leadline.versions import versions_of

if TYPE_CHECKING:
    import pyarrow as pa


_DEFINITIONS: Final = {"en": "definitions:", "fr": "définitions :"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: its name, its heading for people, and how its values are read."""

    name: str
    heading: str
    is_metric: bool
    unit: str | None = None
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, their columns' meaning, the notes that belong below them, and the versions of definitions."""

    rows: pa.Table
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def noting(self, notes: Sequence[str]) -> Answer:
        """The same with further notes, first."""
        return replace(self, notes=(*notes, *self.notes))

    def told_versions(self, lang: str) -> str:
        """`definitions: ctr e92cd5a706bb`: by what versions numbers were made; empty where there are none."""
        listed = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return f"{_DEFINITIONS[lang]} {listed}" if listed else ""

    def with_version_columns(self) -> Answer:
        """The same with a column `<metric>__version` for each metric, last."""
        rows, columns = self.rows, list(self.columns)
        for name, version in self.versions.items():
            rows = rows.append_column(f"{name}__version", [[version] * rows.num_rows])
            columns.append(Column(f"{name}__version", f"{name}__version", is_metric=False))
        return replace(self, rows=rows, columns=tuple(columns))


def dated(session: Session, asked: Ask) -> Ask:
    """The request with the days that --last stands for. Raises RequestError if they are not known."""
    if asked.last is None or asked.grain is None:
        return asked
    import datetime as dt

    from leadline.periods import last_complete

    known = covered_until(
        session.manifest, metric_names(session, asked), session.sources, session.fact_sources
    )
    if known is None:
        raise RequestError(
            "the last day with data is not known, so --last cannot count back from it",
            fix="give --start and --end",
        )
    yesterday = dt.date.today() - dt.timedelta(days=1)
    start, end = last_complete(min(known, yesterday), asked.grain, asked.last)
    return replace(asked, start=start.isoformat(), end=end.isoformat())


def metric_names(session: Session, asked: Ask) -> tuple[str, ...]:
    """The metrics that a request asks for, those of its saved query first."""
    saved = session.manifest.saved_queries.get(asked.saved_query or "")
    return tuple(dict.fromkeys([*(saved.metrics if saved else ()), *asked.metrics]))


def answer(session: Session, asked: Ask, lang: str) -> Answer:
    """Ask the layer and describe what comes back; a metric without sources has a note, not values."""
    names = metric_names(session, asked)
    rows = session.layer.query(**dated(session, asked).keywords(), connection=session.connection)
    found = gaps(session.manifest, names, session.sources, session.fact_sources)
    rows = without_data(rows, found)
    columns = tuple(_column(session, name, names, lang) for name in rows.column_names)
    return Answer(rows, columns, tuple(_notes(session, rows, names, found, lang)), versions_of(rows))


def _column(session: Session, name: str, metrics: Sequence[str], lang: str) -> Column:
    if name in metrics:
        heading, unit = shown_label(session.manifest, name, lang), shown_unit(session.manifest, name)
        return Column(name, heading, is_metric=True, unit=unit)
    stem, _, grain = name.rpartition("__")
    if stem and grain in STANDARD:
        from leadline.units import period_name

        heading = period_name(grain, lang) if stem == "metric_time" else name
        return Column(name, heading, is_metric=False, grain=grain)
    return Column(name, name, is_metric=False)


def _notes(
    session: Session, rows: pa.Table, metrics: Sequence[str], found: Sequence[Gap], lang: str
) -> list[str]:
    absent = {gap.metric for gap in found}
    holes = [
        name
        for name in metrics
        if name not in absent and name in rows.column_names
        if rows.column(name).null_count or not rows.num_rows
    ]
    return [gap.message(lang) for gap in found] + why_missing(session.manifest, holes, lang)
