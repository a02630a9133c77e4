"""A person is removed from every byte of a store; originals are kept as was chosen."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadline.errors import LeadlineError
from leadline.land.store import ledger, originals
from leadline.land.store.change import change
from leadline.land.store.disk import StoreError
from leadline.land.store.forget import Forgotten, forget
from leadline.land.store.incoming import Incoming, Rows
from leadline.land.store.layout import Layout
from leadline.land.store.mentions import without
from leadline.land.store.person import person_of
from tests.land.store.incoming import at, incoming, land, parquet

ADDRESS = "jean.dupont@example.fr"
HASH = hashlib.sha256(f"leadline-demo{ADDRESS}".encode()).hexdigest()


@pytest.fixture(autouse=True)
def _salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADLINE_PII_SALT", raising=False)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "store")


def contacts(folder: Path, name: str, emails: list[str], when: str, **options: object) -> Incoming:
    """A CRM export: ids and e-mail addresses; the original's text has them plainly."""
    text = "id,email,note\n" + "".join(f'{n},{email},"two\nlines"\n' for n, email in enumerate(emails))
    file = incoming(folder, name, [], at(when), text=text, **options)  # type: ignore[arg-type]
    columns = {
        "id": [str(n) for n in range(len(emails))],
        "email": emails,
        "_landed_file": [file.facts.sha256] * len(emails),
        "_landed_line": list(range(len(emails))),
    }
    path = parquet(folder / f"{name}.parquet", columns)
    return replace(file, rows=(Rows("hubspot", "contact", (path,), key=("id",), owner="H1"),))


def bytes_of(folder: Path) -> bytes:
    """Every byte of the store; what Parquet compresses is read as text beside."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            found += str(path).encode() + path.read_bytes()
            if path.suffix == ".parquet":
                found += str(pq.ParquetFile(path).read().to_pylist()).encode()
    return found


def run(layout: Layout, person: str = ADDRESS, key: bytes | None = None, **options: bool) -> Forgotten:
    with change(layout) as under_way:
        return forget(under_way, person_of(person), key=key, **options)


def test_a_person_is_in_no_byte_of_the_store_afterwards(layout: Layout, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    emails = ["a@example.fr", f"sha256:{HASH}", "ajean.dupont@example.fr"]
    land(layout, contacts(inbox, "old.csv", ["x@example.fr", ADDRESS.upper()], "2026-01-01"))
    land(layout, contacts(inbox, "new.csv", emails, "2026-02-01", quarantine=[f" {ADDRESS} ", "other"]))
    land(layout, incoming(inbox, f"of {ADDRESS}.csv", [("2026-01-31", "1", 7)]))
    assert ADDRESS.encode() in bytes_of(layout.folder)
    assert HASH.encode() in bytes_of(layout.folder)
    earlier = layout.as_of / "0123456789abcdef-77-2" / "leadline.duckdb"
    earlier.parent.mkdir(parents=True)
    earlier.write_text(f"as it was known: {ADDRESS}")
    found = run(layout)
    assert found.databases == 1
    assert dict(found.rows) == {"hubspot.contact": 2}
    assert (found.quarantined, found.edited, found.records) == (1, 3, 3)
    # Another address that ends alike stays, so the search has to leave it out.
    left = bytes_of(layout.folder).lower().replace(b"ajean.dupont@example.fr", b"")
    assert ADDRESS.encode() not in left
    assert HASH.encode() not in left
    assert len(list(layout.snapshots.iterdir())) == 1
    rows = [
        row["email"]
        for path in (layout.raw / "hubspot" / "contact").glob("**/*.parquet")
        for row in pq.ParquetFile(path).read().to_pylist()
    ]
    assert sorted(rows) == ["a@example.fr", "ajean.dupont@example.fr"]
    assert run(layout).is_empty


def test_a_person_who_is_not_there_changes_nothing(layout: Layout, tmp_path: Path) -> None:
    land(layout, contacts(tmp_path / "in", "a.csv", ["a@example.fr"], "2026-01-01"))
    before = layout.current()
    assert run(layout).is_empty
    assert layout.current() == before


@pytest.mark.parametrize(
    "written", ["+33612345678", "06 12 34 56 78", "0033 6.12.34.56.78", "+33 (0)6-12-34-56-78"]
)
def test_a_phone_is_found_however_it_is_written(layout: Layout, tmp_path: Path, written: str) -> None:
    land(layout, contacts(tmp_path / "in", "a.csv", ["a@example.fr", written, "+33612345679"], "2026-01-01"))
    found = run(layout, "06 12 34 56 78")
    assert dict(found.rows) == {"hubspot.contact": 1}
    assert written.encode() not in bytes_of(layout.folder)


def test_what_is_neither_address_nor_number_is_refused() -> None:
    with pytest.raises(LeadlineError, match="e-mail address or a phone number"):
        person_of("Jean Dupont")


def test_an_encrypted_original_opens_with_its_key_only_and_forgets(layout: Layout, tmp_path: Path) -> None:
    keys = []
    for place in (tmp_path / "key", tmp_path / "other"):
        originals.new_key(place)
        keys.append(originals.find_key(place))
    key, other = keys
    assert key is not None
    assert other is not None
    file = contacts(tmp_path / "in", "a.csv", ["a@example.fr", ADDRESS], "2026-01-01")
    as_it_came = file.original.read_bytes()
    landed = land(layout, replace(file, keep="encrypted", rows=()), key=key)
    assert landed is not None
    sealed = layout.originals / f"{landed.sha256}.enc"
    assert b"".join(originals.open_encrypted(sealed, key)) == as_it_came
    assert ADDRESS.encode() not in bytes_of(layout.folder)
    with pytest.raises(StoreError, match="the key is another"):
        list(originals.open_encrypted(sealed, other))
    with pytest.raises(LeadlineError, match="encrypted with another key"):
        land(
            layout, replace(contacts(tmp_path / "in", "b.csv", [], "2026-01-01"), keep="encrypted"), key=other
        )
    with pytest.raises(LeadlineError, match="it cannot be seen whether"):
        run(layout)
    assert run(layout, key=key).records == 1
    assert ADDRESS.encode() not in b"".join(originals.open_encrypted(sealed, key))
    assert b"a@example.fr" in b"".join(originals.open_encrypted(sealed, key))
    assert run(layout, drop_unreadable=True).removed == 1
    assert list(layout.originals.iterdir()) == []


def test_an_encrypted_original_whose_pieces_were_moved_or_cut_is_damaged(tmp_path: Path) -> None:
    key = originals_key(tmp_path)
    originals.keep_encrypted(iter([b"one", b"two", b"three"]), key, tmp_path, tmp_path / "sealed")
    content = (tmp_path / "sealed").read_bytes()
    assert b"".join(originals.open_encrypted(tmp_path / "sealed", key)) == b"onetwothree"
    last = len(content) - 4 - int.from_bytes(content[18:22], "big")
    (tmp_path / "cut").write_bytes(content[: last - 20])
    with pytest.raises(StoreError, match="damaged"):
        list(originals.open_encrypted(tmp_path / "cut", key))


def originals_key(folder: Path) -> bytes:
    originals.new_key(folder / "key")
    found = originals.find_key(folder / "key")
    assert found is not None
    return found


def test_no_original_is_kept_where_none_was_wished(layout: Layout, tmp_path: Path) -> None:
    landed = land(layout, replace(contacts(tmp_path / "in", "a.csv", [ADDRESS], "2026-01-01"), keep="none"))
    assert landed is not None
    assert landed.original == "none"
    assert not layout.originals.exists()


def archive(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inside.csv", text)
    return out.getvalue()


def as_parquet(text: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"x": [{"deep": text}]}), out)
    return out.getvalue()


@pytest.mark.parametrize("pack", [archive, as_parquet, lambda text: gzip.compress(text.encode())])
def test_what_cannot_be_edited_is_removed_whole_only_if_it_mentions_the_person(pack: object) -> None:
    assert callable(pack)
    found = without(pack(f"a,{ADDRESS}\n"), person_of(ADDRESS))
    assert found is not None
    assert found.content is None
    assert without(pack("a,b@example.fr\n"), person_of(ADDRESS)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_records_are_removed_whole_in_every_encoding(encoding: str) -> None:
    text = f'nom,adresse\nÉlodie,e@example.fr\nJean,"{ADDRESS}\n12 rue"\nZoé,z@example.fr\n'
    found = without(text.encode(encoding), person_of(ADDRESS))
    assert found is not None
    assert found.content is not None
    left = found.content.decode(encoding)
    # The lines below keep their numbers, by which rows are traced to them.
    assert left == "nom,adresse\nÉlodie,e@example.fr\n\n\nZoé,z@example.fr\n"
    assert found.lines == (3,)


def test_the_ledger_counts_what_was_forgotten_but_not_of_whom(layout: Layout, tmp_path: Path) -> None:
    land(layout, contacts(tmp_path / "in", "a.csv", ["a@example.fr", ADDRESS], "2026-01-01"))
    run(layout)
    assert [file.forgotten for file in ledger.read(layout.current()).files] == [1]


def test_rows_of_a_line_that_bears_the_person_go_though_they_do_not(layout: Layout, tmp_path: Path) -> None:
    # The raw table has no phone; the original says on which lines the phone stands.
    text = "id,email,phone\n0,a@example.fr,06 12 34 56 78\n1,b@example.fr,06 11 11 11 11\n2,c@example.fr,\n"
    file = incoming(tmp_path / "in", "a.csv", [], at("2026-01-01"), text=text)
    columns = {
        "id": ["0", "1", "2"],
        "email": ["h0", "h1", "h2"],
        "_landed_file": [file.facts.sha256] * 3,
        "_landed_line": [2, 3, 4],
    }
    path = parquet(tmp_path / "in" / "contacts.parquet", columns)
    land(layout, replace(file, rows=(Rows("hubspot", "contact", (path,), key=("id",), owner="H1"),)))
    for phone, left in (("+33612345678", ["h1", "h2"]), ("+33611111111", ["h2"])):
        assert dict(run(layout, phone).rows) == {"hubspot.contact": 1}
        found = [
            row["email"]
            for path in (layout.raw / "hubspot" / "contact").glob("**/*.parquet")
            for row in pq.ParquetFile(path).read().to_pylist()
        ]
        assert sorted(found) == left
