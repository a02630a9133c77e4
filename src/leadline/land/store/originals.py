"""The landed files as they came: plain, encrypted in pieces, or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from leadline.errors import RequestError
from leadline.land.store.disk import StoreError, place

KEY_VARIABLE: Final = "LEADLINE_STORE_KEY"
KEY_FILE_VARIABLE: Final = "LEADLINE_STORE_KEY_FILE"
_MAGIC: Final = b"leadline-fernet-1\n"
_CHUNK: Final = 8 << 20
_LENGTH: Final = 4
# Each piece says its number and whether it is the last, so that pieces can be neither moved nor left out.
_HEAD: Final = 9


def find_key(file: Path | None = None) -> bytes | None:
    """The key of originals: `file`'s, LEADLINE_STORE_KEY_FILE's or LEADLINE_STORE_KEY; None without any.

    Raises:
        RequestError: the file cannot be read, or what it holds is not a Fernet key.
    """
    named = file or (Path(path) if (path := os.environ.get(KEY_FILE_VARIABLE)) else None)
    if named is None:
        given = os.environ.get(KEY_VARIABLE)
        return _checked(given.encode(), KEY_VARIABLE) if given else None
    try:
        return _checked(named.read_bytes().strip(), str(named))
    except OSError as error:
        raise RequestError(
            f"the key's file cannot be read: {error.strerror}",
            where=str(named),
            fix="make one: leadline land --new-key FILE",
        ) from error


def _checked(key: bytes, where: str) -> bytes:
    from cryptography.fernet import Fernet

    try:
        Fernet(key)
    except ValueError as error:
        raise RequestError(
            "this is not a key: 32 bytes in URL-safe base64 are expected",
            where=where,
            fix="make one: leadline land --new-key FILE",
        ) from error
    return key


def new_key(file: Path) -> None:
    """Write a new key into a new file that only its owner may read. Raises RequestError if it is there."""
    from cryptography.fernet import Fernet

    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise RequestError(
            f"the key cannot be written: {error.strerror}", where=str(file), fix="name a new file"
        ) from error
    with os.fdopen(handle, "wb") as out:
        out.write(Fernet.generate_key() + b"\n")


def mark_of(key: bytes) -> str:
    """What tells one key from another without giving it away."""
    return hashlib.sha256(b"leadline store key" + key).hexdigest()[:16]


def keep_plain(source: Path, workspace: Path, target: Path) -> None:
    """Keep a copy as it came."""
    copy = workspace / "original"
    shutil.copyfile(source, copy)
    place(copy, target)


def keep_encrypted(pieces: Iterator[bytes], key: bytes, workspace: Path, target: Path) -> None:
    """Keep it encrypted; only 16 MB are in memory at a time."""
    sealed = workspace / "original.enc"
    with sealed.open("wb") as out:
        out.write(_MAGIC)
        for token in _sealed(pieces, key):
            out.write(len(token).to_bytes(_LENGTH, "big") + token)
    place(sealed, target)


def _sealed(pieces: Iterator[bytes], key: bytes) -> Iterator[bytes]:
    from cryptography.fernet import Fernet

    fernet = Fernet(key)
    number, waiting = 0, next(pieces, b"")
    for piece in pieces:
        yield fernet.encrypt(number.to_bytes(8, "big") + b"\0" + waiting)
        number, waiting = number + 1, piece
    yield fernet.encrypt(number.to_bytes(8, "big") + b"\1" + waiting)


def read_pieces(path: Path) -> Iterator[bytes]:
    """The content of a plain file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def open_encrypted(path: Path, key: bytes) -> Iterator[bytes]:
    """The content of an encrypted original, piece by piece. Raises StoreError if it cannot be opened."""
    from cryptography.fernet import Fernet, InvalidToken

    fernet = Fernet(key)
    number, is_last = 0, False
    with path.open("rb") as file:
        is_ours = file.read(len(_MAGIC)) == _MAGIC
        while is_ours and (length := file.read(_LENGTH)):
            try:
                piece = fernet.decrypt(file.read(int.from_bytes(length, "big")))
            except InvalidToken as error:
                raise _unreadable(path) from error
            if piece[:8] != number.to_bytes(8, "big") or is_last:
                raise _unreadable(path)
            number, is_last = number + 1, piece[8:_HEAD] == b"\1"
            yield piece[_HEAD:]
    if not is_last:
        raise _unreadable(path)


def _unreadable(path: Path) -> StoreError:
    return StoreError(
        "an encrypted original cannot be opened: it is damaged, or the key is another",
        where=str(path),
        fix=f"give the key that it was kept with (--key-file, {KEY_FILE_VARIABLE} or {KEY_VARIABLE})",
    )


def write_out(pieces: Iterator[bytes], target: Path) -> None:
    """An original's content as a new file."""
    with target.open("wb") as out:
        for piece in pieces:
            out.write(piece)
