"""`leadline docs`: the catalogue as one HTML file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli import options as o
from leadline.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def docs(
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("target/catalogue.html"),
    lang: o.LangOption = o.Lang.EN,
    manifest: o.ManifestOption = None,
) -> None:
    """Write the catalogue of metrics as one HTML file."""
    from leadline.cli import phrases
    from leadline.cli.output import emit
    from leadline.cli.progress import working
    from leadline.write.catalogue import catalogue, page

    session = Session(manifest)
    with working("writing the catalogue"):
        text = page(
            catalogue(session.manifest, _raw(session)),
            lang=lang.value,
            shown_on=dt.date.today().isoformat(),
            phrases={
                "headings": phrases.HEADINGS,
                "facets": phrases.FACETS,
                "values": phrases.VALUES,
                "adding": phrases.ADDING,
                "nothing": phrases.NOTHING,
                "page_words": phrases.PAGE,
            },
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    emit(text, out)


def _raw(session: Session) -> Mapping[str, Sequence[str]]:
    """The raw columns behind each metric, where dbt has left compiled SQL."""
    from leadline.cli.card import origins
    from leadline.lineage import Lineage

    lineage = Lineage(session.manifest_path)
    found = {}
    for name in session.manifest.metrics:
        traces = [origin.trace for origin in origins(session.manifest, name, lineage) if origin.trace]
        found[name] = sorted({str(column) for trace in traces for column in trace.raw})
    return found
