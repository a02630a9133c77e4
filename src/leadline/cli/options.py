"""Arguments that several commands share, and how they become one request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

DEFAULT_MANIFEST = "target/semantic_manifest.json"
DEFAULT_DATABASE = "builds/dev/leadline.duckdb"


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    MARKDOWN = "markdown"


class ListFormat(StrEnum):
    """How a list of definitions is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


class Lang(StrEnum):
    """The languages of labels and numbers."""

    EN = "en"
    FR = "fr"


class Grain(StrEnum):
    """The periods of --grain; finer ones are written in full, as in --by metric_time__hour."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def complete_metric(ctx: typer.Context, incomplete: str) -> list[str]:
    """Metric names for the shell, read without the engine so that a key press stays quick."""
    path = Path(ctx.params.get("manifest") or DEFAULT_MANIFEST)
    if not path.is_file():
        return []
    names = (metric["name"] for metric in json.loads(path.read_bytes())["metrics"])
    return [name for name in names if name.startswith(incomplete)]


Metrics = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="METRIC", help="Metrics, by name.", autocompletion=complete_metric, show_default=False
    ),
]
SavedQuery = Annotated[
    str | None, typer.Option("--saved-query", help="Ask a saved query instead of naming metrics.")
]
By = Annotated[
    list[str] | None,
    typer.Option("--by", help="Cut by a dimension or entity; repeat it or separate with commas."),
]
GrainOption = Annotated[
    Grain | None, typer.Option("--grain", help="Cut by period: short for --by metric_time__GRAIN.")
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="Keep only these rows, e.g. \"channel = 'Email'\"; repeat it for several."),
]
Start = Annotated[str | None, typer.Option("--start", help="First day shown, YYYY-MM-DD.")]
End = Annotated[str | None, typer.Option("--end", help="Last day shown, YYYY-MM-DD.")]
Last = Annotated[
    int | None, typer.Option("--last", help="Only the last N complete periods of --grain.", min=1)
]
Order = Annotated[
    list[str] | None,
    typer.Option(
        "--order", help="Sort by a column, -column for descending; repeat it or separate with commas."
    ),
]
Limit = Annotated[int | None, typer.Option("--limit", help="At most this many rows.", min=0)]
LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="LEADLINE_LANG", help="Language of labels, numbers and notes.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")]
ManifestOption = Annotated[
    Path | None,
    typer.Option(
        "--manifest", envvar="LEADLINE_MANIFEST", help=f"dbt's semantic manifest [{DEFAULT_MANIFEST}]."
    ),
]
DatabaseOption = Annotated[
    Path | None,
    typer.Option(
        "--database", envvar="LEADLINE_DATABASE", help=f"The DuckDB file of a build [{DEFAULT_DATABASE}]."
    ),
]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as the command line gives it, before names are looked up."""

    metrics: tuple[str, ...] = ()
    saved_query: str | None = None
    group_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    start: str | None = None
    end: str | None = None
    last: int | None = None
    grain: str | None = None

    def keywords(self) -> dict[str, Any]:
        """The keyword arguments of Layer.sql and Layer.query; what was not given is left out."""
        given = {
            "metrics": list(self.metrics),
            "saved_query": self.saved_query,
            "group_by": list(self.group_by),
            "where": list(self.where),
            "order_by": list(self.order_by),
            "limit": self.limit,
            "start": self.start,
            "end": self.end,
        }
        return {key: value for key, value in given.items() if value not in (None, [])}


def split(values: Iterable[str] | None) -> list[str]:
    """`["a,b", "c"]` as `["a", "b", "c"]`; commas inside parentheses belong to the name."""
    found: list[str] = []
    for value in values or ():
        depth, begin = 0, 0
        for place, letter in enumerate(value):
            depth += (letter == "(") - (letter == ")")
            if letter == "," and depth == 0:
                found.append(value[begin:place])
                begin = place + 1
        found.append(value[begin:])
    return [name.strip() for name in found if name.strip()]


def ask(
    metrics: list[str] | None,
    saved_query: str | None,
    by: list[str] | None,
    grain: Grain | None,
    where: list[str] | None,
    start: str | None,
    end: str | None,
    last: int | None,
    order: list[str] | None,
    limit: int | None,
) -> Ask:
    """The request of these arguments; rows come sorted by what they are cut by, unless told otherwise."""
    names = tuple(split(metrics))
    if not names and not saved_query:
        raise typer.BadParameter(
            "name at least one metric, or a saved query with --saved-query", param_hint="METRIC"
        )
    if last is not None and grain is None:
        raise typer.BadParameter("--last counts periods: say which with --grain", param_hint="--last")
    if last is not None and (start or end):
        raise typer.BadParameter(
            "--last chooses the days itself: leave out --start and --end", param_hint="--last"
        )
    period = [f"metric_time__{grain.value}"] if grain else []
    cuts = tuple(dict.fromkeys([*period, *split(by)]))
    return Ask(
        metrics=names,
        saved_query=saved_query,
        group_by=cuts,
        where=tuple(where or ()),
        order_by=tuple(split(order)) or cuts,
        limit=limit,
        start=start,
        end=end,
        last=last,
        grain=grain.value if grain else None,
    )
