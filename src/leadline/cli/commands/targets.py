"""`leadline targets`: actual against target, and the seed of the mart fct_targets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.exits import Exit
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.measurement.model import Plan

_SEED = Path("seeds/reference/ref_targets.csv")


def targets(
    form: Annotated[
        o.ListFormat, typer.Option("--format", help="How the rows are written.")
    ] = o.ListFormat.TABLE,
    lang: o.LangOption = o.Lang.EN,
    date: p.DateOption = None,
    path: p.PlanOption = p.DEFAULT_PLAN,
    write_seed: Annotated[
        bool, typer.Option("--write-seed", help="Write the seed of fct_targets, and nothing else.")
    ] = False,
    check_seed: Annotated[
        bool, typer.Option("--check-seed", help="Write nothing; exit 1 if the seed is not the plan's.")
    ] = False,
    seed: Annotated[Path, typer.Option("--seed", help="The seed's file.")] = _SEED,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Show actual against target and pace."""
    today = p.day_of(date)
    plan = p.read_plan(path)
    if write_seed or check_seed:
        _seed(plan, seed, is_check=check_seed)
        return
    from leadline.cli.progress import working
    from leadline.cli.rows import write_rows
    from leadline.measurement.standing import standings
    from leadline.measurement.targets import target_row

    session = Session(manifest, database)
    with working("measuring"):
        found = list(standings(plan, p.gauge_of(session, today)))
    rows = [target_row(one, session.manifest, lang.value) for one in found]
    write_rows(rows, list(rows[0]), _grid(rows, plan, lang.value, session.currency), form, out)


def _seed(plan: Plan, path: Path, *, is_check: bool) -> None:
    from leadline.cli.output import emit
    from leadline.measurement.targets import seed_text

    wanted = seed_text(plan)
    if not is_check:
        emit(wanted, path)
    elif not path.is_file() or path.read_text(encoding="utf-8") != wanted:
        print(f"{path} is not what {plan.file} says: run `leadline targets --write-seed`")
        raise typer.Exit(Exit.NEGATIVE)


def _grid(rows: Sequence[dict[str, Any]], plan: Plan, lang: str, currency: str) -> Any:
    from leadline.cli.output import LEFT, RIGHT, Grid
    from leadline.measurement.figures import Style
    from leadline.measurement.labels import say
    from leadline.measurement.spans import day_label

    shown = []
    for row in rows:
        style = Style(row["unit"], "none", lang, currency)
        segment = plan.segments[row["segment"]].title.say(lang) if row["segment"] else say("whole", lang)
        status = say(row["status"], lang) + (f" ({row['reason']})" if row["reason"] else "")
        shown.append(
            [
                row["label"],
                segment,
                _days(row, lang),
                style.number(row["actual"]),
                style.number(row["expected"]),
                say(row["path"], lang),
                style.number(row["target"]),
                day_label(row["deadline"], lang) if row["deadline"] else "",
                status,
            ]
        )
    keys = ("kpi", "segment", "period", "actual", "pace", "path", "target", "deadline", "status")
    aligns = [LEFT, LEFT, LEFT, RIGHT, RIGHT, LEFT, RIGHT, LEFT, LEFT]
    return Grid([say(key, lang) for key in keys], aligns, shown)


def _days(row: dict[str, Any], lang: str) -> str:
    from leadline.measurement.labels import say

    if not row["period_end"]:
        return ""
    return say("from_to", lang, start=row["period_start"], end=row["period_end"])
