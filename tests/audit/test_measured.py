"""What differences come to on real data: expected values by plain Python over the rows, month by month."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline.cli.main import main

MANIFEST = Path(__file__).parents[1] / "cli" / "mini" / "semantic_manifest.json"
CHANNELS = ("Paid Search", "Paid Social", None)
Row = tuple[int, dt.date, str | None, str, int, int, float]
START = dt.date(2025, 3, 1)


def rows() -> list[Row]:
    """Seventeen months of ads, twice a month and channel, in numbers that no two months share."""
    found = []
    for month in range(17):
        for half in range(2):
            day = dt.date(2025 + (month + 2) // 12, (month + 2) % 12 + 1, 5 + 14 * half)
            for n, channel in enumerate(CHANNELS):
                key = len(found) + 1
                seen = 100 + 17 * key % 900
                clicks = 3 + (key * key) % 31
                found.append((key, day, channel, "mobile" if n else "tablet", clicks, seen, 1.5 * key))
    return found


ROWS = rows()
MONTHS = sorted({row[1].replace(day=1) for row in ROWS})


def month_of(row: Row) -> dt.date:
    return row[1].replace(day=1)


def by(key: Callable[[Row], Any], given: Iterable[Row]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in given:
        found[key(row)].append(row)
    return found


def ctr(given: Iterable[Row]) -> float:
    listed = list(given)
    return sum(r[4] for r in listed) / sum(r[5] for r in listed)


def mean_of_rows(given: Iterable[Row]) -> float:
    found = [r[4] / r[5] for r in given]
    return sum(found) / len(found)


def mean_of_channels(given: Iterable[Row]) -> float:
    found = [ctr(part) for part in by(lambda r: r[2], given).values()]
    return sum(found) / len(found)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("measured") / "leadline.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table fct_ad_performance (ad_key int, date_day date, channel text, device text,"
            " clicks bigint, impressions bigint, cost double)"
        )
        connection.executemany("insert into fct_ad_performance values (?, ?, ?, ?, ?, ?, ?)", ROWS)
        connection.execute("create table fct_leads (lead_key int, date_day date, channel text)")
        leads = [(r[0] * 10 + n, r[1], r[2]) for r in ROWS for n in range(1 + r[0] % 2)]
        connection.executemany("insert into fct_leads values (?, ?, ?)", leads)
    return path


@pytest.fixture
def audit(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    monkeypatch.chdir(tmp_path)

    def run(sql: str, *words: str, form: str = "json") -> Any:
        (tmp_path / "q.sql").write_text(sql, encoding="utf-8")
        given = ["leadline", "audit", "q.sql", "--manifest", str(MANIFEST), "--format", form]
        monkeypatch.setattr(sys, "argv", [*given, "--database", str(database), *words])
        with pytest.raises(SystemExit):
            main()
        out: str = capsys.readouterr().out
        return json.loads(out) if form != "text" else out

    return run


def only(document: Any) -> Any:
    (finding,) = document["findings"]
    return finding["difference"]


def expected(theirs: Any, ours: Any, cut: Callable[[Row], bool] = lambda row: True) -> list[tuple[Any, ...]]:
    months = by(month_of, [row for row in ROWS if cut(row)])
    return [(m.isoformat(), theirs(months[m]), ours(months[m])) for m in MONTHS[-13:]]


def found(difference: Any) -> list[tuple[Any, ...]]:
    return [(p["period"], p["theirs"], p["ours"]) for p in difference["periods"]]


def close(difference: Any, wanted: list[tuple[Any, ...]]) -> None:
    assert len(wanted) == 13
    assert [p[0] for p in found(difference)] == [w[0] for w in wanted]
    for (_, theirs, ours), (_, their_value, our_value) in zip(found(difference), wanted, strict=True):
        assert theirs == pytest.approx(their_value, rel=1e-12)
        assert ours == pytest.approx(our_value, rel=1e-12)


def test_an_average_of_ratios_by_month_for_thirteen_months_and_in_total(audit: Any) -> None:
    told = only(
        audit("select channel, avg(clicks / impressions) as ctr from fct_ad_performance group by channel")
    )
    close(told, expected(mean_of_rows, ctr))
    last = [row for row in ROWS if month_of(row) in MONTHS[-13:]]
    assert told["grain"] == "month"
    assert told["total"]["theirs"] == pytest.approx(mean_of_rows(last), rel=1e-12)
    assert told["total"]["ours"] == pytest.approx(ctr(last), rel=1e-12)
    first = told["periods"][0]
    assert first["difference"] == pytest.approx(first["theirs"] - first["ours"])
    assert first["percent"] == pytest.approx(100 * (first["theirs"] / first["ours"] - 1))
    gaps = {p["period"]: abs(p["percent"]) for p in told["periods"]}
    assert told["worst"]["period"] == max(gaps, key=lambda period: gaps[period])


def test_inner_levels_are_cut_by_period_too(audit: Any) -> None:
    told = only(
        audit(
            "with by_channel as (select channel, sum(clicks) / sum(impressions) as ctr"
            " from fct_ad_performance group by channel) select avg(ctr) as ctr from by_channel"
        )
    )
    close(told, expected(mean_of_channels, ctr))


def test_group_by_all_and_parts_of_a_date_are_keys_too(audit: Any) -> None:
    told = only(
        audit(
            "with c as (select channel, device, sum(clicks) / sum(impressions) as ctr from fct_ad_performance"
            " group by all) select avg(ctr) as ctr from c"
        )
    )
    close(told, expected(mean_of_channels, ctr))
    parts = "extract(year from date_day) as y, extract(month from date_day) as m"
    told = only(
        audit(f"select {parts}, avg(clicks / impressions) as ctr from fct_ad_performance group by all")
    )
    close(told, expected(mean_of_rows, ctr))


def test_a_report_on_one_channel_is_held_to_the_definition_of_that_channel(audit: Any) -> None:
    told = only(
        audit(
            "select avg(clicks / impressions) as ctr from fct_ad_performance"
            " where channel = 'Paid Search' and date_day >= '2026-06-01'"
        )
    )
    close(told, expected(mean_of_rows, ctr, lambda row: row[2] == "Paid Search"))


def test_a_condition_that_makes_the_difference_is_theirs_alone(audit: Any) -> None:
    told = only(
        audit("select sum(clicks) / sum(impressions) as ctr from fct_ad_performance where device <> 'tablet'")
    )
    close(told, expected(lambda part: ctr(r for r in part if r[3] != "tablet"), ctr))


def test_a_query_by_quarter_is_measured_by_quarter(audit: Any) -> None:
    told = only(
        audit(
            "select date_trunc('quarter', date_day) as q, avg(clicks / impressions) as ctr"
            " from fct_ad_performance group by 1"
        )
    )
    assert told["grain"] == "quarter"
    part = [row for row in ROWS if dt.date(2026, 4, 1) <= row[1] < dt.date(2026, 7, 1)]
    wanted = {p["period"]: p["theirs"] for p in told["periods"]}
    assert wanted["2026-04-01"] == pytest.approx(mean_of_rows(part), rel=1e-12)


def test_rows_that_a_join_repeats_show_in_money(audit: Any) -> None:
    told = only(
        audit(
            "select sum(a.cost) / count(distinct l.lead_key) as cost_per_lead from fct_ad_performance a"
            " join fct_leads l on l.channel = a.channel and l.date_day = a.date_day"
        )
    )
    month = MONTHS[-1]
    part = by(month_of, ROWS)[month]
    leads = {row[0]: 1 + row[0] % 2 for row in part}
    ours = sum(row[6] for row in part) / sum(leads.values())
    # One row of ads a day and channel: it counts once for each lead; those without a channel match none.
    named = [row for row in part if row[2] is not None]
    theirs = sum(row[6] * leads[row[0]] for row in named) / sum(leads[row[0]] for row in named)
    last = told["periods"][-1]
    assert (last["period"], last["theirs"]) == (month.isoformat(), pytest.approx(theirs, rel=1e-12))
    assert last["ours"] == pytest.approx(ours, rel=1e-12)


def test_a_percentage_is_held_to_the_ratio(audit: Any) -> None:
    told = only(audit("select 100.0 * sum(clicks) / sum(impressions) as ctr from fct_ad_performance"))
    assert told["scale"] == 0.01
    assert all(p["difference"] == 0 for p in told["periods"])


def test_what_has_no_time_is_told_in_all(audit: Any) -> None:
    sql = (
        "select (select sum(cost) from fct_ad_performance) / (select count(*) * 2 from fct_leads)"
        " as cost_per_lead"
    )
    told = only(audit(sql))
    for form in ("text", "sarif"):
        assert "-50.0 %" in str(audit(sql, form=form))
    assert told["periods"] == []
    assert "subquery" in told["why"]
    leads = sum(1 + row[0] % 2 for row in ROWS)
    assert told["total"]["theirs"] == pytest.approx(sum(row[6] for row in ROWS) / (2 * leads))


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select avg(clicks / impressions) as ctr from fct_ad_performance where bid > 1", "bid"),
        ("select avg(a.clicks / a.impressions) as ctr from fct_ad_performance a join dim_ad d using (ad_key)",
         "no table dim_ad"),
        ("select a.channel, c.ctr from fct_leads a join (select channel, avg(clicks / impressions) as ctr"
         " from fct_ad_performance group by 1) c on a.channel = c.channel", "cut by more than time"),
    ],
)  # fmt: skip
def test_what_can_t_be_run_says_why_and_keeps_its_verdict(audit: Any, sql: str, why: str) -> None:
    (finding,) = audit(sql)["findings"]
    assert finding["rule"] == "different"
    assert why in finding["difference"]["why"]


def test_text_and_sarif_tell_it_in_short(audit: Any) -> None:
    sql = "select avg(clicks / impressions) as ctr from fct_ad_performance"
    text = audit(sql, form="text")
    assert "On the database, by month:" in text
    assert "the worst: " in text
    (result,) = audit(sql, form="sarif")["runs"][0]["results"]
    assert "where the definition gives" in result["message"]["text"]
    assert len(result["properties"]["difference"]["periods"]) == 13


def test_a_query_that_takes_too_long_is_stopped(database: Path) -> None:
    from leadline import warehouse
    from leadline.errors import WarehouseError

    with duckdb.connect(str(database), read_only=True) as connection:
        with pytest.raises(WarehouseError, match=r"longer than 0\.2 seconds"):
            warehouse.rows_within(
                connection, "select sum(a.i * b.i) from range(9999999) a(i), range(9999999) b(i)", 0.2
            )
        assert warehouse.rows_within(connection, "select 1", 5) == [(1,)]


def test_files_of_the_machine_are_not_read(audit: Any, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("date_day,clicks,impressions\n2026-07-01,1,2\n")
    told = audit(
        "select avg(a.clicks / a.impressions) as ctr from fct_ad_performance a"
        f" join read_csv('{tmp_path}/x.csv') b on a.date_day = b.date_day"
    )["findings"]
    assert all("disabled" in f["difference"]["why"] for f in told if f["difference"])


# Two queries.


@pytest.fixture
def two(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    def run(left: str, right: str, form: str = "json") -> Any:
        for name, text in (("a.sql", left), ("b.sql", right)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        given = ["leadline", "audit", "--compare", str(tmp_path / "a.sql"), str(tmp_path / "b.sql")]
        monkeypatch.setattr(sys, "argv", [*given, "--database", str(database), "--format", form])
        with pytest.raises(SystemExit):
            main()
        out: str = capsys.readouterr().out
        return json.loads(out)["database"] if form == "json" else out

    return run


def test_two_queries_by_key_and_in_sum(two: Any) -> None:
    left = "select channel, sum(clicks) as clicks, count(*) as n from fct_ad_performance group by 1"
    right = (
        "select channel, sum(clicks) as clicks, count(*) as n from fct_ad_performance"
        " where device <> 'tablet' or date_day < '2026-07-10' group by 1"
    )
    told = two(left, right)
    parts = by(lambda r: r[2], ROWS)
    kept = [r for r in ROWS if r[3] != "tablet" or r[1] < dt.date(2026, 7, 10)]
    cut = by(lambda r: r[2], kept)
    differing = [c for c in parts if sum(r[4] for r in parts[c]) != sum(r[4] for r in cut[c])]
    assert told["keys"] == ["channel"]
    assert (told["rows"], told["rows_only"]) == ([3, 3], [0, 0])
    assert told["rows_differ"] == len(differing) == 1
    assert [s["key"] for s in told["sample"]] == [{"channel": differing[0]}]
    sums = {s["output"]: (s["left"], s["right"]) for s in told["sums"]}
    assert sums["clicks"] == (sum(r[4] for r in ROWS), sum(r[4] for r in kept))
    assert sums["n"] == (len(ROWS), len(kept))


def test_groups_that_one_lacks_are_counted(two: Any) -> None:
    told = two(
        "select channel, sum(clicks) as clicks from fct_ad_performance group by 1",
        "select channel, sum(clicks) as clicks from fct_ad_performance where channel is not null group by 1",
    )
    assert (told["rows"], told["rows_differ"], told["rows_only"]) == ([3, 2], 0, [1, 0])


def test_rows_that_nothing_names_are_compared_whole(two: Any) -> None:
    told = two(
        "select device, clicks from fct_ad_performance",
        "select distinct device, clicks from fct_ad_performance",
    )
    pairs = [(r[3], r[4]) for r in ROWS]
    assert told["rows_only"] == [len(pairs) - len(set(pairs)), 0]


def test_lists_and_structs_are_compared_as_they_are(two: Any) -> None:
    shape = "select device, max([clicks]) as l, max({'a': impressions}) as s, sum(cost)::decimal(18, 2) as c"
    told = two(
        f"{shape} from fct_ad_performance group by 1",
        f"{shape} from fct_ad_performance where impressions < 990 group by 1",
    )
    assert (told["why"], told["rows"]) == (None, [2, 2])
    parts = by(lambda r: r[3], ROWS)
    kept = by(lambda r: r[3], [r for r in ROWS if r[5] < 990])
    wrong = [d for d in parts if {(r[4], r[5]) for r in parts[d]} != {(r[4], r[5]) for r in kept[d]}]
    assert told["rows_differ"] == len(wrong)
    assert [s["output"] for s in told["sums"]] == ["c"]


def test_two_queries_of_which_one_can_t_run_say_so(two: Any) -> None:
    assert "no table gone" in two("select sum(a) as x from gone", "select sum(b) as x from gone")["why"]
    text = two("select sum(clicks) as x from fct_ad_performance", "select 1 as x", form="text")
    assert "On the database: 1 and 1 rows, 1 differ" in text
