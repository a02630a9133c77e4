"""`leadline alerts`: the plan's alert rules on the last complete period, anomalies, and their delivery."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.exits import Exit
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.check.alarm import Alarm, Findings
    from leadline.measurement.model import Plan

_STATE = Path(".leadline/alerts.json")
_HEADINGS = {
    "severity": "gravité",
    "rule": "règle",
    "period": "période",
    "alert": "alerte",
    "what to do": "que faire",
    "owner": "responsable",
}
_SEVERITIES = {"info": "information", "warning": "avertissement", "critical": "critique"}
_NAMES = (
    "key",
    "rule",
    "severity",
    "metric",
    "segment",
    "group",
    "period_start",
    "period_end",
    "value",
    "limit",
    "change",
    "expected_low",
    "expected_high",
    "title",
    "message",
    "action",
    "owner",
    "place",
    "version",
)


def alerts(
    anomalies: Annotated[
        bool, typer.Option("--anomalies", help="Also judge each KPI's last day by season and trend.")
    ] = False,
    date: p.DateOption = None,
    form: Annotated[
        o.ListFormat, typer.Option("--format", help="How the alerts are written.")
    ] = o.ListFormat.TABLE,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Leave out the rules that raised nothing, and why.")
    ] = False,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Tell the plan's recipients what is new or resolved.")
    ] = False,
    state: Annotated[Path, typer.Option("--state", help="What was told already.")] = _STATE,
    lang: o.LangOption = o.Lang.EN,
    path: p.PlanOption = p.DEFAULT_PLAN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Evaluate the plan's alerts on the last complete period."""
    today = p.day_of(date)
    plan = p.read_plan(path)
    from leadline.check.alerts import Bench
    from leadline.check.alerts_all import evaluate
    from leadline.cli.progress import working
    from leadline.cli.rows import exit_of, write_rows

    session = Session(manifest, database)
    gauge = p.gauge_of(session, today)
    bench = Bench(
        plan, gauge, session.connection, session.sources, session.fact_sources, currency=session.currency
    )
    with working("evaluating"):
        found = evaluate(bench, with_anomalies=anomalies)
    rows = [_row(session, plan, alarm, lang.value) for alarm in found.alarms]
    write_rows(rows, _NAMES, _grid(found.alarms, lang.value), form, out)
    if form is o.ListFormat.TABLE and not quiet and not out:
        _say_quiet(found)
    failed = _deliver(plan, found, state, anomalies=anomalies) if deliver else False
    raise typer.Exit(Exit.ENVIRONMENT if failed else exit_of([alarm.severity for alarm in found.alarms]))


def _row(session: Session, plan: Plan, alarm: Alarm, lang: str) -> dict[str, Any]:
    from leadline.versions import known_version

    return {
        "key": alarm.key,
        "rule": alarm.rule,
        "severity": alarm.severity,
        "metric": alarm.metric,
        "segment": alarm.segment,
        "group": alarm.group,
        "period_start": alarm.span.start if alarm.span else None,
        "period_end": alarm.span.end if alarm.span else None,
        "value": alarm.value,
        "limit": alarm.limit,
        "change": alarm.change,
        "expected_low": alarm.low,
        "expected_high": alarm.high,
        "title": alarm.title.say(lang),
        "message": alarm.message.say(lang),
        "action": alarm.action.say(lang),
        "owner": alarm.owner,
        "place": plan.spot(alarm.place),
        "version": known_version(session.manifest, alarm.metric),
    }


def _grid(found: list[Alarm], lang: str) -> Any:
    from leadline.cli.output import LEFT, Grid

    french = lang == "fr"
    shown = [
        [
            _SEVERITIES[alarm.severity] if french else alarm.severity,
            alarm.rule,
            alarm.span.label(lang) if alarm.span else "",
            alarm.message.say(lang),
            alarm.action.say(lang),
            alarm.owner,
        ]
        for alarm in found
    ]
    return Grid(list(_HEADINGS.values() if french else _HEADINGS), [LEFT] * len(_HEADINGS), shown)


def _say_quiet(found: Findings) -> None:
    print()
    for quiet in found.quiets:
        period = f" ({quiet.span.start} to {quiet.span.end})" if quiet.span else ""
        detail = f": {quiet.detail}" if quiet.detail else ""
        print(f"{quiet.key}{period}: {quiet.outcome.value.replace('_', ' ')}{detail}")


def _deliver(plan: Plan, found: Findings, path: Path, *, anomalies: bool) -> bool:
    """Whether a recipient could not be told."""
    from leadline.check.alerts_all import evaluated
    from leadline.check.alerts_state import read_state, write_state
    from leadline.check.delivery import deliver

    if not plan.recipients:
        print("nobody to tell: the plan has no `recipients:`", file=sys.stderr)
        return False
    done, after = deliver(plan, found, read_state(path), evaluated(plan, with_anomalies=anomalies))
    write_state(path, after)
    for one in done:
        what = f"{one.alarms} alerts, {one.ended} resolved" if one.alarms or one.ended else "nothing new"
        print(f"{one.recipient}: {f'not told ({one.error})' if one.error else what}", file=sys.stderr)
    return any(one.error for one in done)
