"""One export through reading, recognition and conversion, as plain rows of raw tables."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from leadline.land.convert import Context, Converted, convert
from leadline.land.format import Format
from leadline.land.formats import FORMATS
from leadline.land.reading.read import ReadOptions, read_file
from leadline.land.recognise import recognise

EXPORTED = dt.datetime(2026, 10, 1, 8, 30)


@dataclass(frozen=True)
class Result:
    """What a file became: rows by raw table, and its lines by what became of them."""

    format: str
    language: str
    converted: tuple[Converted, ...]
    rows: dict[str, list[dict[str, Any]]]

    def table(self, name: str, *by: str) -> list[dict[str, Any]]:
        """The rows of a raw table, ordered by these columns."""
        return sorted(self.rows.get(name, []), key=lambda row: [(row[c] is None, row[c]) for c in by])

    def accounted(self, *, lines: int, accepted: int, totals: int = 0, quarantined: int = 0) -> None:
        """Every line of the file is counted once, and these are what they should be."""
        counts = [one.accounting for one in self.converted]
        assert all(one.exact for one in counts), counts
        assert sum(one.lines for one in counts) == lines
        assert sum(one.accepted for one in counts) == accepted
        assert sum(one.totals for one in counts) == totals
        assert sum(one.quarantined for one in counts) == quarantined

    @property
    def totals_equal(self) -> bool:
        """Whether every sum that the file states is the sum of its rows; false where it states none."""
        footers = [footer for one in self.converted for footer in one.footers]
        return bool(footers) and all(footer.equal for footer in footers)


def landed(content: str | bytes | Path, *, name: str = "export.csv", **said: Any) -> Result:
    """One table; see `landed_all`."""
    result = landed_all(content, name=name, **said)
    assert len(result.converted) == 1
    return result


def landed_all(
    content: str | bytes | Path, *, name: str = "export.csv", formats: Sequence[Format] = FORMATS, **said: Any
) -> Result:
    """Lands a text, bytes, a file or a folder, and says what came of it.

    Args:
        formats: those that may be recognised.
        said: what the user says beside (account, currency, window…).
    """
    with tempfile.TemporaryDirectory() as folder:
        path = content if isinstance(content, Path) else _written(Path(folder) / name, content)
        context = Context(file=hashlib.sha256(path.name.encode()).hexdigest(), exported_at=EXPORTED, **said)
        return _of_tables(path, context, Path(folder), formats)


def _written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def _of_tables(path: Path, context: Context, folder: Path, formats: Sequence[Format]) -> Result:
    made: list[Converted] = []
    rows: dict[str, list[dict[str, Any]]] = {}
    recognised = None
    for number, table in enumerate(read_file(path, ReadOptions(), formats)):
        recognised = recognise(table, formats)
        place = folder / str(number)
        place.mkdir()
        made.append(convert(table, recognised, context, place))
        for target in made[-1].targets:
            rows.setdefault(f"{target.source}.{target.table}", []).extend(
                pq.read_table(target.path).to_pylist()
            )
    assert recognised is not None
    return Result(recognised.format.name, recognised.language, tuple(made), rows)


def key(platform: str, *names: str | None) -> str:
    """The stable key of names, worked here as landing documents it: MD5 of the names, NULL told apart."""
    parts: Sequence[str] = [platform, *("\x1e" if name is None else name for name in names)]
    return hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()
