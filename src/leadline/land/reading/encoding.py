"""The bytes of a file as UTF-8, decided on the evidence of the whole file, never on its name or language."""

from __future__ import annotations

import codecs
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from leadline.land.refusals import Refusal

BLOCK = 8 << 20
IN_MEMORY = 64 << 20
# Stands for bytes that are no text in the file's encoding: a noncharacter, so that no export holds it.
MARK = "\U0010ffff"
_MARK_BYTES = MARK.encode()
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf16": "utf-16-le",
    "utf-16": "utf-16-le",
    "windows-1252": "cp1252",
    "latin-1": "cp1252",
}
_HIGH = re.compile("[^\x00-\x7f]")
_ESCAPED = re.compile("[\udc80-\udcff]")


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK, error.end


codecs.register_error("leadline-mark", _marked)


class Text:
    """A file as UTF-8 without byte order mark, its lines ended by LF or CRLF, read by position.

    Args:
        encoding: what the file was in.
        content: an open binary file that holds the text from `start` on.
        size: bytes of text.
        damaged: whether it holds MARK in place of bytes that are no text.
    """

    def __init__(
        self, encoding: str, content: IO[bytes], size: int, *, start: int = 0, damaged: bool = False
    ) -> None:
        self.encoding = encoding
        self.size = size
        self.damaged = damaged
        self._content = content
        self._start = start

    def read(self, position: int, size: int) -> bytes:
        """At most `size` bytes from `position`."""
        self._content.seek(self._start + position)
        return self._content.read(min(size, self.size - position))

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The whole text, block by block."""
        for position in range(0, self.size, size):
            yield self.read(position, size)


def text_of(content: Path | bytes, *, encoding: str | None = None) -> Text:
    """A file's text.

    Args:
        content: the file, or its bytes.
        encoding: what the user says it is. Without it the byte order mark decides, or the zeros of UTF-16, or
            whether the bytes above 127 are UTF-8; what is none of these is cp1252.

    Raises:
        Refusal: the file can't be read, or `encoding` is none of the four.
    """
    raw = _opened(content)
    given, skip = _bom(raw.read(0, 4))
    found = given or _named(encoding) or _by_zeros(raw)
    bad = 0
    if found in (None, "utf-8"):
        good, bad = _evidence(raw, skip)
        found = found or ("utf-8" if good > bad or not bad else "cp1252")
    returns = found in ("utf-8", "cp1252") and _only_returns(raw)
    if found == "utf-8" and not bad and not returns:
        return Text(found, raw._content, raw.size - skip, start=skip)
    return _transcoded(raw, found or "cp1252", skip)


def _opened(content: Path | bytes) -> Text:
    if isinstance(content, bytes):
        return Text("", io.BytesIO(content), len(content))
    try:
        size = content.stat().st_size
        if size <= IN_MEMORY:
            return Text("", io.BytesIO(content.read_bytes()), size)
        return Text("", content.open("rb"), size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal("unreadable", f"the file can't be read: {reason}", where=str(content)) from error


def _bom(head: bytes) -> tuple[str | None, int]:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark)
    return None, 0


def _named(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    plain = encoding.strip().lower()
    name = _NAMES.get(plain, plain)
    known = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
    if name not in known:
        raise Refusal("unreadable", f"the encoding “{encoding}” is not read", expected=known)
    return name


def _by_zeros(raw: Text) -> str | None:
    """UTF-16 without byte order mark: every other byte of Latin text is zero."""
    head = raw.read(0, 1 << 16)
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) or not head:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _evidence(raw: Text, skip: int) -> tuple[int, int]:
    """How many characters above 127 are UTF-8, and how many bytes are not."""
    good = bad = 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for number, block in enumerate(_with_end(raw)):
        if block.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(block if number else block[skip:], final=not block)
        escaped = len(_ESCAPED.findall(text))
        bad += escaped
        good += len(_HIGH.findall(text)) - escaped
    return good, bad


def _only_returns(raw: Text) -> bool:
    """Whether lines end with CR alone, as old spreadsheets write them."""
    return b"\r" in raw.read(0, 1 << 16) and not any(b"\n" in block for block in raw.blocks())


def _transcoded(raw: Text, encoding: str, skip: int) -> Text:
    small = raw.size <= IN_MEMORY
    target: IO[bytes] = io.BytesIO() if small else tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as Text
    decoder = codecs.getincrementaldecoder(encoding)("leadline-mark")
    damaged, size = False, 0
    returns: bool | None = None
    for number, block in enumerate(_with_end(raw)):
        text = decoder.decode(block if number else block[skip:], final=not block)
        if returns is None and text:
            returns = "\r" in text and "\n" not in text
        written = (text.replace("\r", "\n") if returns else text).encode()
        damaged = damaged or _MARK_BYTES in written
        size += target.write(written)
    return Text(encoding, target, size, damaged=damaged)


def _with_end(raw: Text) -> Iterator[bytes]:
    yield from raw.blocks()
    yield b""
