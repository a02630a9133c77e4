"""Files whose cells have names and types already, Parquet and JSON lines, as tables of text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from leadline.land.reading.encoding import Text
from leadline.land.reading.records import Chunk, Loose
from leadline.land.reading.tables import SourceTable
from leadline.land.refusals import Refusal
from leadline.warehouse import in_memory

_ROWS = 61_440
_BLOCK = 16 << 20
_SAMPLED = 1_000


def parquet(path: Path, file: str, member: str | None) -> SourceTable:
    """The rows of a Parquet file; nested values are JSON text, and a row's line is its number.

    Raises:
        Refusal: the file is damaged.
    """
    import duckdb

    literal = "'" + str(path).replace("'", "''") + "'"
    engine = in_memory()
    try:
        described = engine.execute(f"describe select * from read_parquet({literal})").fetchall()
    except duckdb.Error as error:
        raise _damaged(file, error) from error
    header = [str(row[0]) for row in described]
    texts = [_as_text(str(row[0]), str(row[1])) for row in described]

    def read(positions: Sequence[int]) -> Iterator[Chunk]:
        wanted = ", ".join(f'{texts[p]} as "{p}"' for p in positions)
        at = 1
        try:
            found = in_memory().execute(f"select {wanted} from read_parquet({literal})")
            for batch in found.to_arrow_reader(_ROWS):
                yield _chunk(pa.Table.from_batches([batch]), at)
                at += batch.num_rows
        except duckdb.Error as error:
            raise _damaged(file, error) from error

    return _table(file, member, header, "parquet", read)


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    nested = kind.endswith("[]") or kind.startswith(("STRUCT", "MAP", "JSON", "UNION"))
    text = f"to_json({quoted})" if nested else quoted
    return f"case when {quoted} is null then '' else cast({text} as varchar) end"


def _damaged(file: str, error: Exception) -> Refusal:
    reason = str(error).strip().splitlines()[0]
    return Refusal(
        "unreadable", f"the Parquet file can't be read: {reason}", where=file, fix="export it again"
    )


def json_lines(text: Text, file: str, member: str | None) -> SourceTable:
    """The objects of a file with one on each line; nested values are JSON text.

    The columns are the keys of the first thousand objects.
    """
    header = list(dict.fromkeys(key for line in _first(text) for key in _keys(line)))

    def read(positions: Sequence[int]) -> Iterator[Chunk]:
        line = 1
        engine = in_memory()
        for block in _blocks(text):
            chunk = _extracted(engine, block, [(p, header[p]) for p in positions], line)
            line += chunk.total
            yield chunk

    return _table(file, member, header, text.encoding, read)


def json_array(text: Text, file: str) -> bytes:
    """The objects of a JSON array, one on each line.

    Raises:
        Refusal: it is no array of objects.
    """
    try:
        found = json.loads(text.read(0, text.size))
    except ValueError as error:
        raise Refusal("unreadable", f"the JSON can't be read: {error}", where=file) from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refusal("unreadable", "the JSON is no list of objects", where=file)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found).encode()


def _first(text: Text) -> list[bytes]:
    block = next(_blocks(text), b"")
    return block.split(b"\n")[:_SAMPLED]


def _keys(line: bytes) -> list[str]:
    try:
        found = json.loads(line)
    except ValueError:
        return []
    return list(found) if isinstance(found, dict) else []


def _blocks(text: Text) -> Iterator[bytes]:
    """Whole lines, about 16 MB at a time."""
    position, size = 0, _BLOCK
    while position < text.size:
        block = text.read(position, size)
        stop = block.rfind(b"\n") + 1
        if position + len(block) >= text.size:
            stop = len(block)
        if not stop:
            size *= 2
            continue
        yield block[:stop]
        position, size = position + stop, _BLOCK


def _extracted(engine: Any, block: bytes, wanted: Sequence[tuple[int, str]], line: int) -> Chunk:
    lines = block.decode("utf-8", "replace").removesuffix("\n").split("\n")
    table = pa.table({"text": pa.array(lines, pa.string()), "row_line": np.arange(line, line + len(lines))})
    engine.register("block", table)
    cells = ", ".join(
        f"coalesce(json_extract_string(text, {_path(name)}), '') as \"{p}\"" for p, name in wanted
    )
    valid = "json_valid(text) and starts_with(ltrim(text), '{')"
    kept = engine.execute(f"select row_line, {cells} from block where {valid}").to_arrow_table()
    rest = engine.execute(
        f"select row_line, text from block where not ({valid}) order by row_line"
    ).fetchall()
    engine.unregister("block")
    at = kept["row_line"].to_numpy()
    loose = [Loose(int(n), 1, text, "is no JSON object") for n, text in rest if text.strip()]
    blanks = len(rest) - len(loose)
    return Chunk(kept.drop_columns("row_line"), at, np.ones(len(at), np.int64), loose, blanks, len(lines))


def _path(name: str) -> str:
    key = name.replace("\\", "\\\\").replace('"', '\\"')
    return "'" + f'$."{key}"'.replace("'", "''") + "'"


def _chunk(table: pa.Table, first: int) -> Chunk:
    count = table.num_rows
    return Chunk(table, np.arange(first, first + count), np.ones(count, np.int64), total=count)


def _table(
    file: str,
    member: str | None,
    header: Sequence[str],
    encoding: str,
    read: Callable[[Sequence[int]], Iterator[Chunk]],
) -> SourceTable:
    return SourceTable(
        file=file,
        member=member,
        number=1,
        preamble=(),
        inherited=(),
        header=tuple(header),
        header_line=0,
        encoding=encoding,
        delimiter="",
        lines_above=0,
        header_lines=0,
        blanks_above=0,
        read=read,
        decimal=".",
        whole=True,
    )
