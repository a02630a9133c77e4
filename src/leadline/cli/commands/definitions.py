"""`leadline list`: what is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.manifest import Metric


def list_metrics(
    stage: Annotated[str | None, typer.Option("--stage", help="Only the metrics of this stage.")] = None,
    by_stage: Annotated[
        bool, typer.Option("--by-stage", help="Group by stage of the customer journey.")
    ] = False,
    with_data: Annotated[
        bool, typer.Option("--with-data", help="Only those with data, each with its last month's value.")
    ] = False,
    form: Annotated[
        o.ListFormat, typer.Option("--format", help="How the list is written.")
    ] = o.ListFormat.TABLE,
    lang: o.LangOption = o.Lang.EN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """List metrics, and what they can be cut by."""
    from leadline.catalog import check_stage, stage_order, text
    from leadline.cli.listing import write_list

    wanted = check_stage(stage) if stage else None
    session = Session(manifest, database)
    metrics = [m for m in session.manifest.metrics.values() if not m.is_private]
    if wanted:
        metrics = [m for m in metrics if text(m, "stage") == wanted]
    if by_stage:
        metrics.sort(key=lambda m: stage_order(text(m, "stage")))
    if with_data:
        from leadline.cli.held import held, write_held
        from leadline.cli.progress import working

        with working("querying"):
            entries = held(session, metrics, lang.value)
        write_held(entries, form, out, lang.value, session.currency)
        return
    write_list([_entry(session, m, lang.value) for m in metrics], form, out, by_stage)


def _entry(session: Session, metric: Metric, lang: str) -> dict[str, Any]:
    from leadline.catalog import label, text

    return {
        "metric": metric.name,
        "label": label(metric, lang),
        "unit": text(metric, "unit"),
        "stage": text(metric, "stage"),
        "dimensions": session.dimensions(metric.name),
    }
