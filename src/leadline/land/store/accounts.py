"""The list of accounts whose files may land: `accounts.yml` of the store, or --accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from leadline.errors import RequestError

_FORM: Final = "accounts: {google_ads: ['123-456-7890'], meta_ads: [{id: act_42, name: Maison Oriane}]}"
_PREFIX: Final = re.compile(r"^(act_|urn:li:sponsoredaccount:|properties/|sc-domain:)")

# The address of a site in the name of a file, which can't hold colons and slashes.
_AS_FILE: Final = re.compile(r"^(https?)___")

Accounts = Mapping[str, tuple[str, ...]]


def read_accounts(path: Path) -> Accounts:
    """The accounts by source, as written. Raises RequestError if the file is not such a list."""
    import yaml

    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RequestError(
            "the list of accounts cannot be read", where=str(path), fix=" ".join(str(error).split())
        ) from error
    listed = read.get("accounts") if isinstance(read, dict) else None
    if not isinstance(listed, dict):
        raise _malformed(path)
    return {str(source): tuple(_names(entries, path)) for source, entries in listed.items()}


def _names(entries: Any, path: Path) -> Iterable[str]:
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, dict):
            named = [str(entry[key]) for key in ("id", "name") if entry.get(key) is not None]
            if not named or set(entry) - {"id", "name"}:
                raise _malformed(path)
            yield from named
        elif isinstance(entry, str | int):
            yield str(entry)
        else:
            raise _malformed(path)


def _malformed(path: Path) -> RequestError:
    return RequestError("the list of accounts has another form", where=str(path), fix=f"write {_FORM}")


def plain_account(account: str) -> str:
    """An account as it is compared: without case, dashes in numbers, and the prefixes of platforms."""
    bare = _PREFIX.sub("", _AS_FILE.sub(r"\1://", account.strip().casefold())).rstrip("/_")
    digits = re.sub(r"[\s-]", "", bare)
    return digits if digits.isdigit() else bare


def strangers(listed: Accounts, source: str, accounts: Iterable[str]) -> list[str]:
    """Those of a file's accounts that are not on the list of its source."""
    allowed = {plain_account(account) for account in listed.get(source, ())}
    return [account for account in accounts if plain_account(account) not in allowed]
