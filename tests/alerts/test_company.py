"""The demonstration company's own plan and alerts, from its build to a mail server and a web server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.alerts.test_delivery import Mailbox, hook, mailbox, text_of
from tests.cli.conftest import Leadline, leadline, mini_database
from tests.warehouses import ROOT

__all__ = ["hook", "leadline", "mailbox", "mini_database"]

# October: what each Meta and LinkedIn campaign for leads spent, and the leads that the CRM has of it.
SPENT_IN_VAIN = """
    select campaign_name, round(sum(cost), 2) from marts.fct_ad_performance
    join marts.dim_campaign using (campaign_key)
    where campaign_name = '2025-09-echantillons' and date_day between '2026-10-01' and '2026-10-31'
    group by campaign_name
"""


def test_alerts_of_the_last_month_arrive_once(
    leadline: Leadline,
    mailbox: Mailbox,
    hook: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    manifest_path: Path,
    database_path: Path,
    demo_build: duckdb.DuckDBPyConnection,
) -> None:
    import os

    monkeypatch.setenv("LEADLINE_MANIFEST", str(manifest_path))
    monkeypatch.setenv("LEADLINE_DATABASE", str(database_path))
    monkeypatch.setenv("LEADLINE_ALERTS_MAIL", os.environ["TEST_MAIL"])
    monkeypatch.setenv("LEADLINE_ALERTS_CHAT", os.environ["TEST_HOOK"])
    rows = demo_build.execute(SPENT_IN_VAIN).fetchall()
    assert len(rows) == 1
    arguments = (
        "alerts", "--deliver", "--plan", str(ROOT / "plan.yml"), "--date", "2026-11-01",
        "--state", str(tmp_path / "state.json"),
    )  # fmt: skip

    first = leadline(*arguments)
    assert first.code == 5
    assert len(mailbox.messages) == len(hook) == 1
    told = text_of(mailbox.messages[0])
    assert f"2025-09-echantillons : {rows[0][1]:.2f}".replace(".", ",") in told
    assert "form_submit.form_id" in told
    # The chat gets what is critical only; what is merely to know goes to nobody.
    assert "2025-09-echantillons" in str(hook[0])
    assert "form_submit" not in str(hook[0])
    assert "utm_source" not in told

    second = leadline(*arguments)
    assert second.code == 5
    assert len(mailbox.messages) == len(hook) == 1
    assert "team_mail: nothing new" in second.err
