"""Airflow: one task, as a refresh is one transaction; exit code 3 (another runs) is skipped, not failed."""

import datetime as dt

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="leadline_refresh",
    schedule="10 6 * * *",
    start_date=dt.datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="refresh",
        bash_command="cd /srv/leadline && .venv/bin/leadline refresh --inbox inbox --deliver --json",
        skip_on_exit_code=3,
    )
