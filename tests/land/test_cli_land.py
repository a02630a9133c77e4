"""`leadline land` from end to end: one table of what became of files, exit codes, refusals, options."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from leadline.land.inbox import exports
from leadline.land.watch import changes
from tests.land.conftest import Leadline
from tests.land.files import contacts, google

ACCOUNT = ("--account", "123-456-7890")


def read(table: str, columns: str, store: Path = Path("landing/store")) -> list[tuple[object, ...]]:
    """Rows as dbt would read them."""
    files = f"{store}/raw/{table.replace('.', '/')}/**/*.parquet"
    sql = f"select {columns} from read_parquet(?, hive_partitioning = false) order by all"
    return duckdb.execute(sql, [files]).fetchall()


def test_a_folder_lands_with_one_table_and_a_refused_file_leaves_the_others(
    leadline: Leadline, tmp_path: Path
) -> None:
    google(tmp_path / "inbox", "campaigns 2026-02-03.csv")
    (tmp_path / "inbox" / "deep").mkdir()
    (tmp_path / "inbox" / "deep" / "notes.csv").write_text("colour,shape\nred,round\n")
    (tmp_path / "inbox" / ".hidden.csv").write_text("x")
    (tmp_path / "inbox" / "half.csv.crdownload").write_text("x")
    run = leadline("land", "inbox", *ACCOUNT)
    assert run.code == 1
    lines = run.out.splitlines()
    assert lines[0].split("  ")[0] == "file"
    assert [cell.strip() for cell in lines[1].split("  ") if cell.strip()] == [
        "campaigns 2026-02-03.csv",
        "google_ads_campaigns",
        "2026-01-30 to 2026-01-31",
        "2",
        "0",
        "landed",
    ]
    assert lines[2].split()[0] == "deep/notes.csv"
    assert lines[2].endswith("refused")
    assert "found: colour, shape" in run.out
    assert "--learn" in run.out
    assert ".hidden" not in run.out
    assert "crdownload" not in run.out
    assert read("google_ads.campaign_stats", "date::varchar, cost_micros, replace(customer_id, '-', '')") == [
        ("2026-01-30", 12_500_000, "1234567890"),
        ("2026-01-31", 13_750_000, "1234567890"),
    ]


def test_the_same_file_again_is_already_there_and_exits_with_0(leadline: Leadline, tmp_path: Path) -> None:
    google(tmp_path, "a.csv")
    assert leadline("land", "a.csv", *ACCOUNT).code == 0
    google(tmp_path, "copy of a.csv")
    run = leadline("land", "copy of a.csv", "--json")
    assert run.code == 0
    assert run.rows()[0]["status"] == "already there"
    assert len(leadline("land", "--history", "--json").rows()) == 1


def test_the_ledger_says_everything_of_a_file(leadline: Leadline, tmp_path: Path) -> None:
    path = google(tmp_path, "Rapport 2026-02-03.csv")
    leadline("land", path.name, *ACCOUNT, "--by", "Léa", "--time-zone", "Europe/Paris")
    (found,) = leadline("land", "--history", "--json").rows()
    assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (found["by"], found["recognised"], found["language"]) == ("Léa", ["google_ads_campaigns"], "fr")
    assert (found["period_start"], found["period_end"]) == ("2026-01-30", "2026-01-31")
    assert [account.replace("-", "") for account in found["accounts"]] == ["1234567890"]
    assert (found["currency"], found["time_zone"]) == ("EUR", "Europe/Paris")
    assert (found["exported_at"], found["exported_from"]) == ("2026-02-03T00:00:00", "name")
    counts = {name: found[name] for name in ("lines", "preamble", "header", "accepted", "totals")}
    assert counts == {"lines": 5, "preamble": 2, "header": 1, "accepted": 2, "totals": 0}


def test_export_time_is_the_option_else_the_name_else_the_last_change(
    leadline: Leadline, tmp_path: Path
) -> None:
    google(tmp_path, "a 2026-02-03.csv", "1,00")
    google(tmp_path, "b 2026-01-30.csv", "2,00")
    google(tmp_path, "2026-01-30_2026-01-31.csv", "3,00")
    google(tmp_path, "d 2026-02-03.csv", "4,00")
    for name in ("b 2026-01-30.csv", "2026-01-30_2026-01-31.csv"):
        # 5 February 2026, 06:40 UTC.
        os.utime(tmp_path / name, (1_770_273_600, 1_770_273_600))
    names = ["a 2026-02-03.csv", "b 2026-01-30.csv", "2026-01-30_2026-01-31.csv"]
    rows = leadline("land", *names, *ACCOUNT, "--json").rows()
    rows += leadline(
        "land", "d 2026-02-03.csv", *ACCOUNT, "--exported-at", "2026-02-07T08:00+01:00", "--json"
    ).rows()
    assert [(row["exported_at"], row["exported_from"]) for row in rows] == [
        ("2026-02-03T00:00:00", "name"),
        # A day in the name that rows are later than, and a period, say nothing of the export.
        ("2026-02-05T06:40:00", "modified"),
        ("2026-02-05T06:40:00", "modified"),
        ("2026-02-07T07:00:00", "option"),
    ]
    synced = read("google_ads.campaign_stats", "distinct cost_micros, _fivetran_synced::varchar")
    assert (4_000_000, "2026-02-07 07:00:00") in synced


def test_restated_days_show_their_sums_export_by_export(leadline: Leadline, tmp_path: Path) -> None:
    google(tmp_path, "new 2026-03-01.csv", "12,60", "14,00")
    google(tmp_path, "old 2026-02-03.csv")
    run = leadline("land", "new 2026-03-01.csv", "old 2026-02-03.csv", *ACCOUNT)
    assert "newer exports keep 2 days (2026-01-30 to 2026-01-31)" in run.out
    rows = leadline("land", "--history", "--day", "2026-01-31", "--json").rows()
    assert [(row["file"], row["sums"]["cost_micros"], row["in_force"]) for row in rows] == [
        ("old 2026-02-03.csv", 13_750_000, False),
        ("new 2026-03-01.csv", 14_000_000, True),
    ]
    assert "no landed file has rows" in leadline("land", "--history", "--day", "2020-01-01").out
    assert leadline("land", "--history", "--day", "tomorrow").code == 2


def test_a_file_of_another_clients_account_is_refused(leadline: Leadline, tmp_path: Path) -> None:
    google(tmp_path, "a.csv")
    (tmp_path / "accounts.yml").write_text("accounts: {google_ads: [{id: 1234567890, name: Oriane}]}\n")
    run = leadline("land", "a.csv", "--account", "999-888-7777", "--accounts", "accounts.yml")
    assert run.code == 1
    assert "account 999-888-7777, which the list of accounts does not have for google_ads" in run.out
    assert "expected: 1234567890, Oriane" in run.out
    assert not (tmp_path / "landing" / "store" / "raw").exists()
    # The same account in another spelling is the listed one; the list may stand in the store.
    (tmp_path / "accounts.yml").rename(tmp_path / "landing" / "store" / "accounts.yml")
    assert leadline("land", "a.csv", *ACCOUNT).code == 0


def test_a_file_that_names_no_account_is_of_one_name_or_refused_where_accounts_are_listed(
    leadline: Leadline, tmp_path: Path
) -> None:
    google(tmp_path, "a.csv")
    run = leadline("land", "a.csv")
    assert run.code == 0
    assert "it names no account" in run.out
    assert "--account" in run.out
    assert {row[0] for row in read("google_ads.campaign_stats", "customer_id")} == {"default"}
    (tmp_path / "accounts.yml").write_text("accounts: {google_ads: [1234567890]}\n")
    google(tmp_path, "b.csv", "1,00")
    run = leadline("land", "b.csv", "--accounts", "accounts.yml")
    assert run.code == 1
    assert "--account" in run.out


def test_personal_data_is_hashed_and_its_original_not_kept_in_the_open(
    leadline: Leadline, tmp_path: Path
) -> None:
    contacts(tmp_path, "contacts.csv")
    run = leadline("land", "contacts.csv", "--time-zone", "Europe/Paris", "--account", "H1")
    assert run.code == 0, run.out
    assert "the original is not kept" in run.out
    # One address gives one hash in every system: salt, then the address in lower case.
    expected = hashlib.sha256(b"leadline-demo" + b"jean.dupont@example.fr").hexdigest()
    assert (f"sha256:{expected}",) in read("hubspot.contact", "property_email")
    everything = b"".join(path.read_bytes() for path in Path("landing").rglob("*") if path.is_file())
    for path in Path("landing").rglob("*.parquet"):
        everything += str(pq.ParquetFile(path).read().to_pylist()).encode()
    for word in (b"dupont", b"zoe@", "Zoé".encode(), b"12 34 56"):
        assert word not in everything.lower() if word.islower() else word not in everything


def test_the_original_is_encrypted_with_a_key_and_a_person_is_forgotten(
    leadline: Leadline, tmp_path: Path
) -> None:
    contacts(tmp_path, "contacts.csv")
    assert leadline("land", "--new-key", "key").code == 0
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert leadline("land", "--new-key", "key").code == 2
    options = ("--time-zone", "Europe/Paris", "--account", "H1", "--keep-pii", "--key-file", "key")
    run = leadline("land", "contacts.csv", *options)
    assert "the original is encrypted" in run.out
    assert leadline("land", "--forget", "jean.dupont@example.fr").code == 2
    run = leadline("land", "--forget", " Jean.Dupont@example.fr", "--key-file", "key", "--json")
    assert run.rows()[0]["rows"] == {"hubspot.contact": 1}
    assert run.rows()[0]["records_of_originals"] == 1
    assert read("hubspot.contact", "lower(property_email)") == [("zoe@example.fr",)]
    run = leadline("land", "--forget", "+33699887766", "--key-file", "key", "--json")
    assert run.rows()[0]["rows"] == {"hubspot.contact": 1}
    assert "nothing of this person" in leadline("land", "--forget", "+33699887766", "--key-file", "key").out


def test_a_mapping_is_proposed_previewed_and_lands(leadline: Leadline, tmp_path: Path) -> None:
    text = "Journée;Opération;Dépense HT;Clics obtenus\n2026-01-05;Noël;12,50 €;40\n"
    text += "2026-01-06;Noël;1 013,20 €;41\n"
    (tmp_path / "regie.csv").write_text(text, encoding="utf-8")
    assert leadline("land", "regie.csv").code == 1
    learned = leadline("land", "--learn", "regie.csv")
    assert learned.code == 0
    assert "Dépense HT" in learned.err
    assert "12,50 €" in learned.err
    mapping = yaml.safe_load(learned.out)
    assert mapping["columns"]["cost"] == {"header": "Dépense HT", "kind": "money"}
    mapping["into"] = [
        {
            "table": "costs.marketing_cost",
            "columns": {
                "id": "stable_key(_file, _line)",
                "period_start": "date",
                "supplier": "'Régie'",
                "amount": "cost",
            },
            "day": "period_start",
            "scope": ["supplier"],
        }
    ]
    (tmp_path / "landing").mkdir(exist_ok=True)
    (tmp_path / "landing" / "regie.yml").write_text(
        yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8"
    )
    run = leadline("land", "regie.csv")
    assert run.code == 0, run.out
    assert read("costs.marketing_cost", "period_start::varchar, amount, supplier") == [
        ("2026-01-05", 12.5, "Régie"),
        ("2026-01-06", 1013.2, "Régie"),
    ]
    assert leadline("land", "--learn", "regie.csv").code == 2


def test_a_known_export_under_other_headers_needs_a_few_lines(leadline: Leadline, tmp_path: Path) -> None:
    path = google(tmp_path, "a.csv")
    path.write_text(path.read_text().replace("Coût", "Investissement média"))
    assert leadline("land", "a.csv", *ACCOUNT).code == 1
    learned = leadline("land", "--learn", "a.csv")
    assert yaml.safe_load(learned.out)["like"] == "google_ads_campaigns"
    (tmp_path / "landing").mkdir(exist_ok=True)
    (tmp_path / "landing" / "a.yml").write_text(learned.out, encoding="utf-8")
    run = leadline("land", "a.csv", *ACCOUNT)
    assert run.code == 0, learned.out + run.out
    assert [row[0] for row in read("google_ads.campaign_stats", "cost_micros")] == [12_500_000, 13_750_000]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("like: google_ads_campain\nheaders: {day: X}", "nearest: google_ads_campaigns"),
        ("like: google_ads_campaigns\nheaders: {dya: X}", "nearest: day"),
        ("columns: {a: A}\ninto: [{table: nowhere, columns: {a: a}}]", "does not match"),
        ("columns: {a: {header: A, kind: mony}}\ninto: [{table: a.b, columns: {a: a}}]", "schema"),
        ("columns: {a: A}\ninto: [{table: a.b, columns: {a: a}, day: b}]", "name columns that are filled"),
        ("colums: {a: A}", "schema"),
        ("[", "cannot be read"),
    ],
)
def test_a_wrong_mapping_is_one_clear_error(
    leadline: Leadline, tmp_path: Path, mapping: str, said: str
) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "wrong.yml").write_text(mapping)
    (tmp_path / "a.csv").write_text("Journ\nx\n")
    run = leadline("land", "a.csv")
    assert run.code == 2
    assert said in run.err
    assert "wrong.yml" in run.err


def test_an_expression_that_cannot_be_run_refuses_the_file(leadline: Leadline, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    mapping = "columns: {a: Colour}\ninto: [{table: a.b, columns: {a: nosuch(a)}}]\n"
    (tmp_path / "landing" / "wrong.yml").write_text(mapping)
    (tmp_path / "a.csv").write_text("Colour\nred\n")
    run = leadline("land", "a.csv")
    assert run.code == 1
    assert "nosuch" in run.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "PATH"),
        (["--history", "--formats"], "one at a time"),
        (["--history", "x.csv"], "leave out files"),
        (["--day", "2026-01-01", "x.csv"], "--history"),
        (["nowhere.csv"], "no such file"),
        ([".", "--max-bad", "many"], "1%"),
        ([".", "--exported-at", "soon"], "is not a time"),
        ([".", "--key-file", "nowhere"], "--new-key"),
        (["--forget", "Jean Dupont"], "e-mail address or a phone number"),
    ],
)
def test_wrong_options_are_usage_errors(leadline: Leadline, arguments: list[str], said: str) -> None:
    run = leadline("land", *arguments)
    assert run.code == 2
    assert said in run.err


def test_an_empty_folder_is_no_fault(leadline: Leadline, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    run = leadline("land", "inbox")
    assert (run.code, run.out) == (0, "there is nothing to land\n")


def test_formats_are_listed(leadline: Leadline) -> None:
    rows = leadline("land", "--formats", "--json").rows()
    assert {"google_ads_campaigns", "hubspot_contacts"} <= {row["format"] for row in rows}


def test_a_search_console_folder_is_one_export(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "https___example.com_-Performance-on-Search-2026-02-03"
    folder.mkdir(parents=True)
    for name in ("Graphique.csv", "Requêtes.csv", "Filtres.csv", "other.csv"):
        (folder / name).write_text("x")
    found = exports([tmp_path / "in"])
    assert [(one.path.name, len(one.members)) for one in found] == [(folder.name, 3), ("other.csv", 0)]
    first = found[0].packed(tmp_path).read_bytes()
    os.utime(folder / "Filtres.csv", (1, 1))
    assert found[0].packed(tmp_path).read_bytes() == first


def test_a_watched_folder_takes_files_once_they_are_whole(tmp_path: Path) -> None:
    (tmp_path / "first.csv").write_text("a")
    stop = threading.Event()
    rounds = changes([tmp_path], settle=0.4, stop=stop)
    assert [one.name for one in next(rounds)] == ["first.csv"]
    done = threading.Event()

    def copy_slowly() -> None:
        with (tmp_path / "second.csv").open("w") as file:
            for _ in range(4):
                file.write("piece\n")
                file.flush()
                done.wait(0.25)

    writer = threading.Thread(target=copy_slowly)
    writer.start()
    found = next(rounds)
    assert [one.name for one in found] == ["second.csv"]
    assert found[0].path.read_text() == "piece\n" * 4
    writer.join()
    stop.set()
    assert list(rounds) == []


def campaign_days(path: Path, days: range, **campaigns: int) -> None:
    """A report by campaign and day in January 2026, without ids; clicks begin at the campaign's number."""
    lines = ["Day,Campaign,Currency code,Cost,Impr.,Clicks"]
    lines += [
        f"2026-01-{day:02},{name},EUR,{clicks + day}.50,{1000 + clicks},{clicks + day}"
        for name, clicks in campaigns.items()
        for day in days
    ]
    path.write_text("\n".join(lines) + "\n")


def test_a_renamed_campaign_is_proposed_and_joined_only_when_told(leadline: Leadline, tmp_path: Path) -> None:
    campaign_days(tmp_path / "a 2026-01-20.csv", range(10, 18), Soldes=100, Marque=900)
    campaign_days(tmp_path / "b 2026-01-25.csv", range(13, 22), Rabais=100, Marque=900)
    assert leadline("land", "a 2026-01-20.csv", "b 2026-01-25.csv", *ACCOUNT).code == 0
    assert len(set(read("google_ads.campaign_stats", "id"))) == 3
    run = leadline("land", "--aliases")
    assert "# equal figures on 5 days, 2026-01-13 to 2026-01-17" in run.out
    assert len(set(read("google_ads.campaign_stats", "id"))) == 3
    entry = next(line.strip() for line in run.out.splitlines() if line.strip().startswith("- "))
    (tmp_path / "landing" / "store" / "aliases.yml").write_text(f"aliases:\n  {entry}\n")
    assert leadline("land", "--aliases").out.splitlines()[-1] == "no renames to propose"
    found = read("google_ads.campaign_stats", "id, date::varchar, clicks")
    soldes = {day: clicks for key, day, clicks in found if int(str(clicks)) < 900}
    assert soldes == {f"2026-01-{day}": 100 + day for day in range(10, 22)}
    assert len({key for key, _, _ in found}) == 2
    # What lands later under the new name is the same campaign, too.
    campaign_days(tmp_path / "c 2026-01-28.csv", range(22, 24), Rabais=100)
    leadline("land", "c 2026-01-28.csv", *ACCOUNT)
    assert len(set(read("google_ads.campaign_stats", "id"))) == 2
