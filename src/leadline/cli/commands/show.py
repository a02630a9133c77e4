"""`leadline show`: everything that is known of one metric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli import options as o
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.cli.card import Holding

DEFAULT_PLAN = Path("plan.yml")


def show(
    metric: Annotated[
        str,
        typer.Argument(
            metavar="METRIC", help="A metric, by name or other name.", autocompletion=o.complete_metric
        ),
    ],
    plan: Annotated[
        Path, typer.Option("--plan", envvar="LEADLINE_PLAN", help="The measurement plan's file.")
    ] = DEFAULT_PLAN,
    lang: o.LangOption = o.Lang.EN,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Show a metric's card: definition, origin, variants, examples, users, value."""
    from leadline.catalog import card
    from leadline.cli.card import card_text, origins
    from leadline.cli.naming import named
    from leadline.lineage import Lineage
    from leadline.resolve.metrics import base_metric

    session = Session(manifest, database)
    name, note = named(session.manifest, metric, lang.value)
    found = card(session.manifest, base_metric(session.manifest, name).name)
    text = card_text(
        session.manifest,
        found,
        sources={fact.relation.name: session.fact_sources.of(fact) for fact in found.facts},
        dimensions=session.dimensions(found.metric.name),
        origins=origins(session.manifest, found.metric.name, Lineage(session.manifest_path)),
        holding=_holding(session, found.metric.name, plan, lang.value),
        lang=lang.value,
    )
    print(text)
    if note:
        print(f"\n{note}")


def _holding(session: Session, name: str, path: Path, lang: str) -> Holding:
    """The value of the last full month, where there is a database, and what the plan wants of the metric."""
    from leadline.catalog import shown_unit
    from leadline.cli.card import Holding
    from leadline.cli.wanted import Wanted, wanted_of

    unit = shown_unit(session.manifest, name)
    value = _value(session, name, unit, lang) if session.database_path.is_file() else None
    wanted = wanted_of(path, name, unit, lang, session.currency) if path.is_file() else Wanted()
    return Holding(value, wanted)


def _value(session: Session, name: str, unit: str | None, lang: str) -> str:
    from leadline.cli.answer import answer
    from leadline.cli.options import Ask
    from leadline.errors import LeadlineError
    from leadline.units import format_number, format_time

    by = ("metric_time__month",)
    try:
        found = answer(session, Ask(metrics=(name,), group_by=by, order_by=by, last=1, grain="month"), lang)
    except LeadlineError as error:
        return error.what
    lines = [
        f"{format_time(row[by[0]], 'month')}: "
        f"{format_number(row[name], unit, lang=lang, currency=session.currency)}"
        for row in found.rows.to_pylist()
    ]
    return "\n".join([*lines, *found.notes])
