"""`leadline check`: data quality of a build, by rules made from its definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.exits import EnvironmentMissingError, Exit
from leadline.cli.landing_options import Store as LandStore
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.check.quality.rule import Checked
    from leadline.check.quality.run import Run

_RESULTS = Path(".leadline/checks")
_OWN = Path("checks")


def check(
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", help="Only a group, severity, table or check; repeat it or separate with commas."
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every check as a line of JSON.")] = False,
    results: Annotated[
        Path, typer.Option("--results", help="Where the results of Great Expectations go, as JSON.")
    ] = _RESULTS,
    own: Annotated[Path, typer.Option("--own", help="Rules and suites of your own.")] = _OWN,
    store: LandStore = None,
    path: p.PlanOption = p.DEFAULT_PLAN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Hold a build to the rules that its definitions, history and plan imply."""
    from leadline.check.quality.run import OWN, rules_of, run_checks, selected, with_own_suites
    from leadline.cli.output import emit
    from leadline.cli.progress import working
    from leadline.land.store.layout import default_store
    from leadline.write.checks_page import checks_page

    session = Session(manifest, database)
    plan = p.read_plan(path) if path.is_file() else None
    wanted = [part for given in select or [] for part in given.split(",")]
    with working("checking"):
        rules = rules_of(
            session.layer,
            _dbt_manifest(session),
            session.connection,
            plan,
            own,
            store or default_store(),
            Path(),
        )
        mine = [name for name in wanted if name.partition(".")[0] == OWN]
        others = [name for name in wanted if name not in mine]
        chosen = selected(rules, others) if others or not mine else []
        run = run_checks(session.connection, chosen, results)
        session.connection.close()
        if mine or not wanted:
            run = with_own_suites(run, own, session.database_path, results, mine)
    if html:
        emit(checks_page(run), html)
    emit(_lines(run) if as_json else _summary(run), out)
    if run.of("critical"):
        raise typer.Exit(Exit.CRITICAL)
    if run.of("warning"):
        raise typer.Exit(Exit.NEGATIVE)


def _dbt_manifest(session: Session) -> dict[str, object]:
    path = session.manifest_path.parent / "manifest.json"
    if not path.is_file():
        raise EnvironmentMissingError(
            "there is no dbt manifest beside the semantic one", where=str(path), fix="run `dbt build`"
        )
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _lines(run: Run) -> str:
    from leadline.check.quality.run import result_rows

    rows = result_rows(run).to_pylist()
    return "".join(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows)


def _summary(run: Run) -> str:
    from leadline.write.checks_page import verdict

    told = "".join(_told(*together) for together in run.told())
    return f"{told}{len(run.checked)} checks: {verdict(run)}\n"


def _told(checked: Checked, *others: Checked) -> str:
    """One check, and those that the same reason kept from being measured."""
    rule = checked.rule
    found = checked.error or checked.counted
    names = ", ".join(one.rule.id for one in others)
    also = [f"  not measured for the same reason: {names}"] if others else []
    lines = [
        f"{rule.severity}: {rule.expected}",
        f"  found: {found} in {rule.table}",
        *(f"    {_row(row)}" for row in checked.sample[:2]),
        f"  what to do: {rule.action} ({rule.owner})",
        f"  check: {rule.id}",
        *also,
    ]
    return "\n".join(lines) + "\n"


def _row(row: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
