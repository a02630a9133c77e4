"""`leadline examples`: the worked examples of definitions, run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli import options as o
from leadline.cli.exits import Exit
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.examples import Outcome

_NAMES = ("metric", "given", "expected", "gives", "result")


def examples(
    metrics: o.Metrics = None,
    form: Annotated[
        o.ListFormat, typer.Option("--format", help="How the outcomes are written.")
    ] = o.ListFormat.TABLE,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
) -> None:
    """Run the worked examples of metrics, of all or of those named."""
    from leadline.cli.output import LEFT, Grid, as_csv, as_json, emit
    from leadline.cli.progress import working
    from leadline.examples import run_examples

    with working("running the examples"):
        found = run_examples(Session(manifest).layer, o.split(metrics))
    rows = [_row(outcome) for outcome in found]
    if form is o.ListFormat.JSON:
        emit(as_json(rows), out)
    elif form is o.ListFormat.CSV:
        emit(as_csv(_NAMES, rows), out)
    else:
        grid = Grid(_NAMES, [LEFT] * len(_NAMES), [[str(row[name]) for name in _NAMES] for row in rows])
        emit(grid.markdown() if form is o.ListFormat.MARKDOWN else grid.plain(), out)
    _conclude(found)


def _row(outcome: Outcome) -> dict[str, object]:
    from leadline.examples.read import shown

    example = outcome.example
    return {
        "metric": example.metric,
        "given": example.words,
        "expected": "n/a" if example.expect is None else shown(example.expect),
        "gives": "n/a" if outcome.got is None else shown(outcome.got),
        "result": outcome.problem or "right",
    }


def _conclude(found: list[Outcome]) -> None:
    wrong = [outcome for outcome in found if outcome.problem]
    metrics = len({outcome.example.metric for outcome in found})
    print(f"{len(found)} examples of {metrics} metrics: {len(wrong) or 'none'} wrong", file=sys.stderr)
    for outcome in wrong:
        print(f"{outcome.example.metric}: {outcome.problem}", file=sys.stderr)
    if wrong:
        raise typer.Exit(Exit.NEGATIVE)
