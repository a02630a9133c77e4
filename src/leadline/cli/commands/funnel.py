"""`leadline funnel`: people who go from step to step within a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.cli.answer import Answer

_HEADINGS = {
    "step": {"en": "Step", "fr": "Étape"},
    "name": {"en": "Name", "fr": "Nom"},
    "people": {"en": "People", "fr": "Personnes"},
    "conversion_from_first": {"en": "Of the first", "fr": "De la première"},
    "conversion_from_previous": {"en": "Of the one before", "fr": "De la précédente"},
}
_UNITS = {"people": "count", "conversion_from_first": "ratio", "conversion_from_previous": "ratio"}


def funnel(
    steps: Annotated[
        list[str],
        typer.Argument(
            metavar="STEP", help="Simple metrics, or MODEL:CONDITION, e.g. \"funnel:step = 'lead'\"."
        ),
    ],
    within: Annotated[str, typer.Option("--within", help="How long after its first event: 7d, 2 weeks.")],
    person: Annotated[str, typer.Option("--person", help="The entity that is followed.")] = "person",
    unordered: Annotated[
        bool, typer.Option("--unordered", help="Steps after the first in any order.")
    ] = False,
    by: o.By = None,
    where: o.Where = None,
    start: o.Start = None,
    end: o.End = None,
    form: Annotated[o.Format, typer.Option("--format", help="How the rows are written.")] = o.Format.TABLE,
    lang: o.LangOption = o.Lang.EN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Count the people who go from step to step within a window."""
    from leadline.cli.output import write
    from leadline.cli.progress import working

    session = Session(manifest, database)
    with working("querying"):
        rows = session.layer.funnel(
            connection=session.connection,
            steps=[_step(text) for text in steps],
            within=within,
            by=person,
            ordered=not unordered,
            group_by=o.split(by),
            where=where or [],
            start=start,
            end=end,
        )
    write(_answer(rows, lang.value), form, out, lang.value, session.currency)


def _step(text: str) -> str | dict[str, str]:
    """`MODEL:CONDITION` as a step; anything else is a metric's name."""
    model, colon, condition = text.partition(":")
    return {"model": model.strip(), "where": condition.strip()} if colon else text


def _answer(rows: Any, lang: str) -> Answer:
    from leadline.cli.answer import Answer, Column
    from leadline.versions import versions_of

    columns = []
    for name in rows.column_names:
        heading = _HEADINGS.get(name, {}).get(lang, name)
        columns.append(Column(name, heading, is_metric=name in _UNITS, unit=_UNITS.get(name)))
    return Answer(rows, tuple(columns), versions=versions_of(rows))
