"""`leadline query` and `leadline sql`: one request, as rows or as text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from leadline.cli import earlier as e
from leadline.cli import landing_options as l
from leadline.cli import options as o
from leadline.cli.session import Session


def query(
    metrics: o.Metrics = None,
    saved_query: o.SavedQuery = None,
    by: o.By = None,
    grain: o.GrainOption = None,
    where: o.Where = None,
    start: o.Start = None,
    end: o.End = None,
    last: o.Last = None,
    order: o.Order = None,
    limit: o.Limit = None,
    form: Annotated[o.Format, typer.Option("--format", help="How the rows are written.")] = o.Format.TABLE,
    chart: Annotated[
        bool, typer.Option("--chart", help="Draw lines over time, or bars, instead of a table.")
    ] = False,
    as_of: e.AsOf = None,
    as_of_clock: e.ClockOption = l.Clock.EXPORTED,
    store: l.Store = None,
    with_versions: Annotated[
        bool, typer.Option("--with-versions", help="Add the version of each metric's definition as a column.")
    ] = False,
    lang: o.LangOption = o.Lang.EN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Compute metrics and show them."""
    asked = o.ask(metrics, saved_query, by, grain, where, start, end, last, order, limit)
    if chart and (form is not o.Format.TABLE or out):
        raise typer.BadParameter(
            "a chart is for the terminal: leave out --format and --out", param_hint="--chart"
        )
    from leadline.cli.answer import answer
    from leadline.cli.naming import meant_instead, resolved
    from leadline.cli.output import say_versions, write
    from leadline.cli.progress import working
    from leadline.errors import UnknownNameError

    session = e.session_of(manifest, database, as_of, as_of_clock, store)
    asked, notes = resolved(session.manifest, asked, lang.value)
    try:
        with working("querying"):
            found = answer(session, asked, lang.value).noting(notes)
    except UnknownNameError as error:
        raise (meant_instead(session.layer, asked, lang.value) or error) from None
    if not chart:
        shown = found.with_version_columns() if with_versions else found
        write(shown, form, out, lang.value, session.currency)
        return
    from leadline.cli.chart import charts

    sys.stdout.write(charts(found, lang.value, session.currency))
    for note in found.notes:
        print(note)
    say_versions(found, lang.value)


def sql(
    metrics: o.Metrics = None,
    saved_query: o.SavedQuery = None,
    by: o.By = None,
    grain: o.GrainOption = None,
    where: o.Where = None,
    start: o.Start = None,
    end: o.End = None,
    last: o.Last = None,
    order: o.Order = None,
    limit: o.Limit = None,
    dialect: Annotated[
        str, typer.Option("--dialect", help="duckdb, postgres, spark, bigquery, snowflake…")
    ] = "duckdb",
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Print the SQL of a request. The database is opened only for --last."""
    asked = o.ask(metrics, saved_query, by, grain, where, start, end, last, order, limit)
    from leadline.cli.output import emit

    session = Session(manifest, database)
    if asked.last is not None:
        from leadline.cli.answer import dated

        asked = dated(session, asked)
    text = session.layer.sql(**asked.keywords(), dialect=dialect)
    emit(text.rstrip("\n") + "\n", out)
