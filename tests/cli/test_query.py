"""`leadline query` on a small company whose numbers are worked by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Leadline

NBSP = {"\u202f": " ", "\u00a0": " "}


def spaced(text: str) -> list[str]:
    """Lines with runs of blanks as one."""
    return [" ".join(line.translate(str.maketrans(NBSP)).split()) for line in text.splitlines()]


def test_a_table_carries_labels_units_and_a_name_for_the_group_without_a_name(leadline: Leadline) -> None:
    run = leadline("query", "ad_spend", "ctr", "--by", "channel", "--grain", "month")
    assert run.code == 0
    # January, Paid Search: 50 + 30 spent, 120 clicks of 5,000 impressions.
    assert spaced(run.out) == [
        "month channel Ad spend Click-through rate",
        "2026-01 Paid Search €80.00 2.40%",
        "2026-01 Paid Social €1,160.50 1.00%",
        "2026-02 Paid Search €40.00 3.00%",
        "2026-02 (unattributed) €10.00 5.00%",
    ]


def test_french_labels_and_numbers(leadline: Leadline) -> None:
    run = leadline(
        "query", "ad_spend", "ctr", "--by", "channel", "--where", "channel = 'Paid Social'", "--lang", "fr"
    )
    assert spaced(run.out) == [
        "channel Dépenses publicitaires Taux de clics (CTR)",
        "Paid Social 1 160,50 € 1,00 %",
    ]


def test_a_view_of_a_metric_carries_its_label_and_the_unit_that_it_has(leadline: Leadline) -> None:
    run = leadline("query", "ad_spend", "ad_spend__mom", "ad_spend__prior_month", "--grain", "month")
    # 1,240.50 in January, 50 in February: 50 / 1240.5 - 1.
    assert spaced(run.out)[:3] == [
        "month Ad spend Ad spend (mom) Ad spend (prior month)",
        "2026-01 €1,240.50 n/a n/a",
        "2026-02 €50.00 -95.97% €1,240.50",
    ]


def test_a_view_of_a_metric_without_data_has_none_either(leadline: Leadline) -> None:
    run = leadline(
        "query", "reviews__cumulative", "--grain", "month", "--start", "2026-01-01", "--end", "2026-01-31"
    )
    assert run.code == 0
    assert "no data: reviews is not connected" in run.out


def test_french_readers_get_french_periods(leadline: Leadline) -> None:
    run = leadline("query", "clicks", "--grain", "month", "--lang", "fr", "--last", "1")
    assert spaced(run.out) == ["mois Clics", "2026-02 65"]


def test_a_value_that_does_not_exist_is_not_available_with_its_reason_and_never_zero(
    leadline: Leadline,
) -> None:
    run = leadline("query", "cost_per_lead", "--by", "channel", "--grain", "month", "--end", "2026-01-31")
    assert run.code == 0
    # 80 for 4 leads; 1,160.50 for none.
    assert spaced(run.out)[:3] == [
        "month channel Cost per lead (CPL)",
        "2026-01 Paid Search €20.00",
        "2026-01 Paid Social n/a",
    ]
    assert "cost_per_lead: n/a where leads is zero or missing, or ad_spend is missing" in run.out


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_metric_whose_source_is_absent_has_no_data_and_exits_with_0(leadline: Leadline, form: str) -> None:
    run = leadline("query", "clicks", "reviews", "--format", form)
    assert run.code == 0
    assert "no data: reviews is not connected" in run.out
    assert "n/a" in run.out
    assert "215" in run.out


def test_for_machines_a_metric_without_data_is_null_and_the_note_goes_to_stderr(leadline: Leadline) -> None:
    run = leadline("query", "clicks", "reviews", "--format", "json")
    assert json.loads(run.out) == [{"clicks": 215, "reviews": None}]
    note, versions = run.err.splitlines()
    assert note == "reviews: no data: reviews is not connected"
    assert versions.startswith("definitions: clicks ")


def test_notes_are_french_for_french_readers(leadline: Leadline) -> None:
    run = leadline("query", "reviews", "--lang", "fr")
    assert "pas de données : reviews n'est pas connecté" in run.out


def test_csv_has_raw_values_and_nothing_for_null(leadline: Leadline) -> None:
    run = leadline("query", "ad_spend", "leads", "--by", "channel", "--grain", "month", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run.out)))
    february = [row for row in rows if row["metric_time__month"] == "2026-02-01"]
    assert {(row["channel"], float(row["ad_spend"]), row["leads"] or "none") for row in february} >= {
        ("", 10.0, "2")
    }
    assert "€" not in run.out


def test_json_has_numbers_and_null(leadline: Leadline) -> None:
    run = leadline("query", "ad_spend", "--by", "channel", "--format", "json", "--order", "-ad_spend")
    assert json.loads(run.out) == [
        {"channel": "Paid Social", "ad_spend": 1160.5},
        {"channel": "Paid Search", "ad_spend": 120},
        {"channel": None, "ad_spend": 10},
    ]


def test_parquet_keeps_types(leadline: Leadline, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    run = leadline("query", "ad_spend", "--by", "channel", "--format", "parquet", "--out", str(out))
    assert run.code == 0
    table = pq.read_table(out)
    assert table.column_names == ["channel", "ad_spend"]
    assert sum(table.column("ad_spend").to_pylist()) == pytest.approx(1290.5)


def test_markdown_escapes_what_would_break_the_table(leadline: Leadline) -> None:
    run = leadline(
        "query", "clicks", "--by", "channel", "--format", "markdown", "--where", "channel = 'Paid Social'"
    )
    assert run.out.startswith("| channel | Ad clicks |\n| --- | ---: |\n| Paid Social | 30 |\n\n")


def test_the_last_complete_period_follows_the_data_of_the_metrics_asked(leadline: Leadline) -> None:
    # Google Ads has rows up to the end of February. HubSpot was exported on the 28th, so it covers the 27th:
    # leads have no complete February, and neither has what needs both.
    spend = leadline("query", "ad_spend", "--grain", "month", "--last", "1", "--format", "json")
    leads = leadline("query", "leads", "--grain", "month", "--last", "1", "--format", "json")
    assert json.loads(spend.out) == [{"metric_time__month": "2026-02-01", "ad_spend": 50}]
    assert json.loads(leads.out) == [{"metric_time__month": "2026-01-01", "leads": 4}]
    both = leadline("query", "cost_per_lead", "--grain", "month", "--last", "1", "--format", "json")
    assert json.loads(both.out) == [{"metric_time__month": "2026-01-01", "cost_per_lead": 310.125}]


def test_dimensions_may_be_repeated_or_separated_by_commas(leadline: Leadline) -> None:
    commas = leadline("query", "clicks", "--by", "channel,device", "--format", "csv")
    repeated = leadline("query", "clicks", "--by", "channel", "--by", "device", "--format", "csv")
    assert commas.out == repeated.out
    assert commas.out.startswith("channel,device,clicks\n")


def test_a_saved_query_is_asked_by_name(leadline: Leadline) -> None:
    run = leadline("query", "--saved-query", "channels", "--format", "json")
    rows = {(row["metric_time__month"], row["channel"]): row["ad_spend"] for row in json.loads(run.out)}
    assert rows[("2026-01-01", "Paid Search")] == 80


def test_rows_can_be_written_to_a_file(leadline: Leadline, tmp_path: Path) -> None:
    out = tmp_path / "rows.txt"
    run = leadline("query", "clicks", "--out", str(out))
    assert (run.code, run.out) == (0, "")
    assert spaced(out.read_text(encoding="utf-8"))[:2] == ["Ad clicks", "215"]


def test_a_pipe_gets_neither_colours_nor_lines(leadline: Leadline) -> None:
    run = leadline("query", "clicks", "--by", "channel")
    assert "\x1b" not in run.out
    assert not set("│─┃━╭") & set(run.out)


class TestCharts:
    def test_bars_are_as_long_as_their_values(self, leadline: Leadline) -> None:
        run = leadline("query", "ad_spend", "--by", "channel", "--where", "channel is not null", "--chart")
        bars = {
            name: max(line.count("█") for line in run.out.splitlines() if name in line)
            for name in ("Paid Search €120.00", "Paid Social €1,160.50")
        }
        longest = bars["Paid Social €1,160.50"]
        assert longest > 40
        assert bars["Paid Search €120.00"] == pytest.approx(longest * 120 / 1160.5, abs=1.5)

    def test_lines_over_time_name_periods_series_and_units(self, leadline: Leadline) -> None:
        run = leadline("query", "ctr", "--by", "channel", "--grain", "month", "--chart")
        assert run.code == 0
        for text in ("Click-through rate", "2026-01", "2026-02", "Paid Search", "(unattributed)", "5.00%"):
            assert text in run.out

    def test_a_metric_without_values_is_said_and_not_drawn(self, leadline: Leadline) -> None:
        run = leadline("query", "reviews", "--chart")
        assert "Reviews: nothing to draw" in run.out
        assert "no data: reviews is not connected" in run.out

    def test_a_chart_is_no_file(self, leadline: Leadline) -> None:
        assert leadline("query", "clicks", "--chart", "--format", "csv").code == 2
