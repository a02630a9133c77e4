"""Dagster: one op, its log the refresh's own lines of JSON."""

import subprocess

import dagster as dg


@dg.op
def refresh(context: dg.OpExecutionContext) -> None:
    run = subprocess.run(
        [".venv/bin/leadline", "refresh", "--inbox", "inbox", "--deliver", "--json"],
        cwd="/srv/leadline",
        capture_output=True,
        text=True,
        check=False,
    )
    for line in run.stdout.splitlines():
        context.log.info(line)
    if run.returncode == 3:
        context.log.warning(run.stderr)
    elif run.returncode != 0:
        raise dg.Failure(description=run.stderr, metadata={"exit_code": run.returncode})


@dg.job
def leadline() -> None:
    refresh()


schedule = dg.ScheduleDefinition(job=leadline, cron_schedule="10 6 * * *", execution_timezone="Europe/Paris")
defs = dg.Definitions(jobs=[leadline], schedules=[schedule])
