"""One table to raw rows: what a file's values settle, what is refused, and where every line went."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from leadline.errors import RequestError
from leadline.land.convert import Context, Converted, convert
from leadline.land.format import Column, Footer, Format, Target
from leadline.land.reading import ReadOptions, read_file
from leadline.land.recognise import recognise
from leadline.land.refusals import Refusal, one_window, whole_periods, with_indicator

EXPORTED = dt.datetime(2026, 10, 1, 8, 30)
COSTS = Format(
    name="costs",
    title="Costs",
    source="ads",
    columns=(
        Column("day", ("Day", "Jour"), "date", required=True),
        Column("campaign", ("Campaign", "Campagne"), required=True),
        Column("campaign_id", ("Campaign ID",)),
        Column("cost", ("Cost", "Coût", "Cost ({currency})"), "money", required=True),
        Column("clicks", ("Clicks", "Clics"), "integer"),
        Column("cpc", ("Avg. CPC",), "money"),
        Column("conversions", ("Conversions",), "decimal"),
        Column("ctr", ("CTR",), "percent"),
        Column("currency", ("Currency code",), "currency"),
        Column("account", ("Account",)),
        Column("window", ("Attribution window",)),
        Column("period_start", ("Starts",), "date"),
        Column("period_end", ("Ends",), "date"),
        Column("results", ("Results",), "decimal"),
        Column("result_indicator", ("Result indicator",)),
        Column("email", ("Email",), "email"),
    ),
    targets=(
        Target(
            "ads",
            "cost",
            {
                "date": "day",
                "campaign": "campaign",
                "cost_micros": "micros(cost)",
                "clicks": "clicks",
                "conversions": "conversions",
                "account": "_account",
                "currency": "_currency",
                "key": "stable_key('ads', _account, campaign)",
                "email": "hash_pii(email)",
            },
            day="date",
        ),
        Target("ads", "campaign", {"name": "campaign", "account": "_account"}, key=("name",), distinct=True),
    ),
    signature=("campaign", "cost"),
    languages=("en", "fr"),
    footers=(Footer(r"^total", sums=("cost", "clicks")),),
    preamble=(r"^(?P<start>\d{4}-\d\d-\d\d) to (?P<end>\d{4}-\d\d-\d\d)$", r"^account: (?P<account>.+)$"),
)


def landed(
    text: str, folder: Path, format: Format = COSTS, **said: Any
) -> tuple[Converted, list[dict[str, Any]]]:
    """What became of a text, and the rows of its first target by line."""
    path = folder / "export.csv"
    path.write_bytes(text.encode())
    (table,) = read_file(path, ReadOptions(), (format,))
    context = Context(file="ab" * 32, exported_at=EXPORTED, **said)
    made = convert(table, recognise(table, (format,)), context, folder)
    rows = [row for one in made.targets[:1] for row in pq.read_table(one.path).to_pylist()]
    return made, sorted(rows, key=lambda row: row["_landed_line"])


def refused(text: str, folder: Path, format: Format = COSTS, **said: Any) -> Refusal:
    before = {one.name for one in folder.iterdir()} | {"export.csv"}
    with pytest.raises(Refusal) as caught:
        landed(text, folder, format, **said)
    assert {one.name for one in folder.iterdir()} == before, "a refused file leaves nothing"
    return caught.value


def test_every_line_is_counted_once(tmp_path: Path) -> None:
    text = (
        'Costs\n2026-01-01 to 2026-01-31\n\nDay,Campaign,Cost,Clicks\n2026-01-01,"a\nb",1.50,2\n\n'
        "2026-01-02,c,x,3\n2026-01-03,d,2.25,4\n2026-01-04,e\n,,,\nTotal,,3.75,6\n"
    )
    made, rows = landed(text, tmp_path, max_bad=0.6)
    counts = made.accounting
    assert (counts.lines, counts.preamble, counts.header) == (12, 2, 1)
    assert (counts.accepted, counts.quarantined, counts.totals) == (2, 2, 1)
    assert (counts.blanks, counts.continuation, counts.rows) == (3, 1, 2)
    assert counts.exact
    assert [(r["_landed_line"], r["campaign"], r["cost_micros"], r["clicks"]) for r in rows] == [
        (5, "a\nb", 1_500_000, 2),
        (9, "d", 2_250_000, 4),
    ]
    assert made.quarantine is not None
    assert pq.read_table(made.quarantine).to_pylist() == [
        {"line": 8, "lines": 1, "column": "Cost", "value": "x", "reason": "is no number"},
        {
            "line": 10,
            "lines": 1,
            "column": None,
            "value": "2026-01-04,e",
            "reason": "2 cells where the header has 4",
        },
    ]
    assert [(one.line, one.column, one.stated, one.equal) for one in made.footers] == [
        (12, "cost", 3.75, True),
        (12, "clicks", 6.0, True),
    ]


def test_targets_have_file_line_export_time_and_stable_keys(tmp_path: Path) -> None:
    made, rows = landed("Day,Campaign,Cost\n2026-01-01,a,1.5\n2026-01-02,a,2.5\n", tmp_path, account="7")
    key = hashlib.md5(b"ads\x1f7\x1fa", usedforsecurity=False).hexdigest()
    assert {row["key"] for row in rows} == {key}
    assert {(row["_landed_file"], row["_fivetran_synced"]) for row in rows} == {("ab" * 32, EXPORTED)}
    assert [(one.table, one.rows, one.days) for one in made.targets] == [
        ("cost", 2, (dt.date(2026, 1, 1), dt.date(2026, 1, 2))),
        ("campaign", 1, None),
    ]


def test_a_stated_total_that_the_rows_do_not_reach_is_told(tmp_path: Path) -> None:
    made, _ = landed("Day,Campaign,Cost\n2026-01-01,a,1.5\nTotal,,2.5\n", tmp_path)
    assert [(one.stated, one.summed, one.equal) for one in made.footers] == [(2.5, 1.5, False)]
    assert any("2.5" in note and "1.5" in note for note in made.notes)


def test_a_quotient_settles_the_decimal_sign(tmp_path: Path) -> None:
    """Cost by clicks is the average: only one reading of 1,234 makes it so in all rows."""
    small = "Day;Campaign;Cost;Clicks;Avg. CPC\n" + "".join(
        f"2026-01-0{day};a;{cost};{clicks};{average}\n"
        for day, cost, clicks, average in (
            (1, "9,876", 2, "4,938"),
            (2, "9,876", 3, "3,292"),
            (3, "4,936", 4, "1,234"),
        )
    )
    # Under either sign the average is the cost by the clicks: 4938 is 9876 by 2 as well. Nothing is settled.
    assert refused(small, tmp_path).code == "ambiguous-decimal"
    # 1,236 by 4 is 309 where the comma groups thousands, and 0.309 where it is the decimal sign.
    large = small.replace("9,876;2;4,938", "1,236;4;309").replace("9,876;3;3,292", "2,468;4;617")
    large = large.replace("4,936;4;1,234", "1,236;2;618")
    made, rows = landed(large, tmp_path)
    assert made.decimal == "."
    assert [row["cost_micros"] for row in rows] == [1_236_000_000, 2_468_000_000, 1_236_000_000]


def test_what_stays_open_is_refused_with_a_way_out(tmp_path: Path) -> None:
    decimals = refused("Day;Campaign;Cost\n2026-01-01;a;1,234\n2026-01-02;a;5,678\n", tmp_path)
    assert decimals.code == "ambiguous-decimal"
    assert "--decimal" in str(decimals)
    days = refused("Day,Campaign,Cost\n01/02/2026,a,1.5\n05/06/2026,a,2.5\n", tmp_path)
    assert days.code == "ambiguous-dates"
    assert "--dates" in str(days)
    for mark, micros in ((".", 1_234_000_000), (",", 1_234_000)):
        _, rows = landed("Day;Campaign;Cost\n2026-01-01;a;1,234\n", tmp_path, decimal=mark)
        assert rows[0]["cost_micros"] == micros
    for order, month in (("dmy", 2), ("mdy", 1)):
        _, rows = landed("Day,Campaign,Cost\n01/02/2026,a,1.5\n", tmp_path, dates=order)
        assert rows[0]["date"].month == month


def test_both_decimal_signs_in_one_file_are_refused(tmp_path: Path) -> None:
    for count in (1, 10):
        text = "Day;Campaign;Cost\n" + "2026-01-01;a;1,50\n" * count + "2026-01-01;a;1.50\n" * count
        assert refused(text, tmp_path).code == "ambiguous-decimal"


def test_one_number_with_the_other_sign_goes_to_quarantine(tmp_path: Path) -> None:
    text = "Day;Campaign;Cost\n" + "2026-01-01;a;1,50\n" * 150 + "2026-01-01;a;2.50\n"
    made, rows = landed(text, tmp_path)
    assert made.accounting.quarantined == 1
    assert {row["cost_micros"] for row in rows} == {1_500_000}


def test_the_currency_comes_from_column_header_amount_or_user(tmp_path: Path) -> None:
    needing = replace(COSTS, needs=("currency",))
    assert refused("Day,Campaign,Cost\n2026-01-01,a,1.5\n", tmp_path, needing).code == "no-currency"
    for header, cost, said in (
        ("Cost (aud)", "1.5", "AUD"),
        ("Cost", '"1,50 €"', "EUR"),
        ("Cost", "1.5 GBP", "GBP"),
    ):
        made, _ = landed(f"Day,Campaign,{header}\n2026-01-01,a,{cost}\n", tmp_path, needing)
        assert made.currencies == (said,)
    made, _ = landed("Day,Campaign,Cost\n2026-01-01,a,1.5\n", tmp_path, needing, currency="CHF")
    assert made.currencies == ("CHF",)
    two = "Day,Campaign,Cost,Currency code\n2026-01-01,a,1.5,EUR\n2026-01-01,b,2.5,USD\n"
    assert refused(two, tmp_path).code == "two-currencies"
    signs = "Day,Campaign,Cost\n2026-01-01,a,1.50 €\n2026-01-01,b,2.50 £\n"
    assert refused(signs, tmp_path).code == "two-currencies"
    accounts = "Day,Campaign,Cost,Currency code,Account\n2026-01-01,a,1.5,EUR,1\n2026-01-01,b,2.5,USD,2\n"
    assert landed(accounts, tmp_path)[0].accounts == ("1", "2")


def test_accounts_are_asked_for_where_nothing_says_them(tmp_path: Path) -> None:
    needing = replace(COSTS, needs=("account",))
    assert refused("Day,Campaign,Cost\n2026-01-01,a,1.5\n", tmp_path, needing).code == "no-account"
    made, _ = landed("Account: 12-3\nDay,Campaign,Cost\n2026-01-01,a,1.5\n", tmp_path, needing)
    assert made.accounts == ("12-3",)


def test_rows_outside_the_stated_period_are_not_taken(tmp_path: Path) -> None:
    text = "2026-01-01 to 2026-01-31\nDay,Campaign,Cost\n2026-01-05,a,1.5\n2026-02-05,a,2.5\n"
    made, rows = landed(text, tmp_path)
    assert [one.line for one in made.bad] == [4]
    assert [row["date"] for row in rows] == [dt.date(2026, 1, 5)]


def test_windows_periods_and_indicators(tmp_path: Path) -> None:
    windows = replace(COSTS, checks=(one_window(),))
    text = "Day,Campaign,Cost,Attribution window\n2026-01-01,a,5.5,1d\n2026-01-01,a,5.5,7d\n"
    assert refused(text, tmp_path, windows).code == "several-windows"
    made, rows = landed(text, tmp_path, windows, window="7d")
    assert [row["_landed_line"] for row in rows] == [3]
    assert (made.accounting.left_out, made.accounting.exact) == (1, True)
    periods = replace(COSTS, checks=(whole_periods(),))
    text = "Day,Campaign,Cost,Starts,Ends\n2026-01-01,a,5.5,2026-01-01,2026-01-07\n"
    assert refused(text, tmp_path, periods).code == "whole-period"
    mixed = replace(COSTS, checks=(with_indicator(),))
    text = "Day,Campaign,Cost,Results\n2026-01-01,a,5.5,3\n"
    assert refused(text, tmp_path, mixed).code == "mixed-results"
    assert refused("Campaign,Cost\na,5.5\n", tmp_path).code == "whole-period"


def test_missing_columns_name_what_comes_near(tmp_path: Path) -> None:
    refusal = refused("Day,Campain,Cost\n2026-01-01,a,1.5\n", tmp_path)
    assert refusal.code == "missing-columns"
    assert (refusal.expected, refusal.nearest) == (("Campaign",), ("Campaign",))


def test_too_much_in_quarantine_refuses_the_file(tmp_path: Path) -> None:
    rows = ["2026-01-01,a,1.5\n"] * 297
    head = "Day,Campaign,Cost\n"
    made, _ = landed(head + "".join(rows) + "x,a,1\n" * 3, tmp_path)
    assert made.accounting.quarantined == 3
    for one in tmp_path.iterdir():
        one.unlink()
    refusal = refused(head + "".join(rows) + "x,a,1\n" * 4, tmp_path)
    assert refusal.code == "too-many-bad"
    assert "line 299" in str(refusal)
    # One line is let pass however small the file, but not where nothing else is left.
    assert landed(head + rows[0] + "x,a,1\n", tmp_path)[0].accounting.quarantined == 1
    for one in tmp_path.iterdir():
        one.unlink()
    assert refused(head + "x,a,1\n", tmp_path).code == "too-many-bad"


@pytest.mark.parametrize(
    ("last", "taken"),
    [
        ("2026-01-03,a,12.5", False),
        ("2026-01-03,a,12.50", True),
        ("2026-01-03,a,12", False),
        ('2026-01-03,a,"12"', True),
        ("2026-01-03,a,12.5\n", True),
        ("2026-01-0", False),
    ],
)
def test_a_file_that_ends_within_its_last_number(last: str, taken: bool, tmp_path: Path) -> None:
    made, rows = landed("Day,Campaign,Cost\n2026-01-01,a,1.25\n2026-01-02,a,3.10\n" + last, tmp_path)
    assert (len(rows) == 3) is taken
    assert (made.accounting.quarantined, made.accounting.exact) == (0 if taken else 1, True)


def test_a_repeated_column_with_another_value_is_not_taken(tmp_path: Path) -> None:
    text = "Day,Campaign,Cost,Cost\n2026-01-01,a,1.5,1.50\n2026-01-02,b,2.5,9.5\n"
    made, rows = landed(text, tmp_path)
    assert [row["campaign"] for row in rows] == ["a"]
    assert [one.line for one in made.bad] == [3]


def test_an_identifier_that_a_spreadsheet_rounded_is_not_taken(tmp_path: Path) -> None:
    text = "Day,Campaign,Campaign ID,Cost\n2026-01-01,a,2.3847E+16,1.5\n2026-01-02,b,23847000000012345,2.5\n"
    made, _ = landed(text, tmp_path)
    assert [(one.line, one.column) for one in made.bad] == [(2, "Campaign ID")]


def test_personal_data_is_hashed_and_hidden_in_quarantine(tmp_path: Path) -> None:
    text = "Day,Campaign,Cost,Email\n2026-01-01,a,1.5, Eve@Example.org\n2026-01-01,b,2.5\n"
    made, rows = landed(text, tmp_path, salt="s")
    assert rows[0]["email"] == "sha256:" + hashlib.sha256(b"seve@example.org").hexdigest()
    assert "2.5" not in made.bad[0].value
    _, plain = landed(text, tmp_path, salt="s", keep_pii=True)
    assert plain[0]["email"] == rows[0]["email"]  # the target's own expression hashes


@pytest.mark.parametrize("chunk", [64, 200, 1000])
def test_pieces_of_any_size_give_the_same_rows(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file goes the same way as a small one, only in more pieces."""
    lines = [f'2026-01-{i % 28 + 1:02d},"camp\n{i % 7}",{i}.{i % 100:02d},{i}\n' for i in range(200)]
    text = "Day,Campaign,Cost,Clicks\n" + "".join(lines) + "bad,b,1.5,1\nTotal,,20000,19900\n"
    whole, rows = landed(text, tmp_path)
    import leadline.land.reading.records as records

    original = records.chunks
    monkeypatch.setattr("leadline.land.reading.tables.chunks", lambda *given: original(*given[:5], chunk))
    pieces, again = landed(text, tmp_path)
    assert again == rows
    assert pieces.accounting == whole.accounting
    assert (pieces.bad, pieces.period) == (whole.bad, whole.period)
    assert [(f.line, f.column, f.equal) for f in pieces.footers] == [
        (403, "cost", False),  # the rows sum to 19,999: 0 to 199, and twice 0.00 to 0.99
        (403, "clicks", True),
    ]


def test_unreadable_words_of_the_user_are_refused(tmp_path: Path) -> None:
    for said in ({"currency": "euros"}, {"time_zone": "Paris"}, {"decimal": "_"}, {"dates": "ydm"}):
        with pytest.raises(RequestError):
            landed("Day,Campaign,Cost\n2026-01-01,a,1.5\n", tmp_path, **said)
