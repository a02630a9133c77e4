"""SQL that several formats share: ids for files without any, an export's words in those of an API."""

from __future__ import annotations

from collections.abc import Mapping

from leadline.land.headers import plain

APOSTROPHES = "replace(strip_accents(lower(trim({0}))), '’', '''')"


def words(column: str, meanings: Mapping[str, tuple[str, ...]], otherwise: str) -> str:
    """A CASE that turns the words of an export, in any of its languages, into those of the platform's API.

    Args:
        column: a column of the format, or an SQL expression over its columns.
        meanings: the API's word for each tuple of words that exports use.
        otherwise: an SQL expression for other words; NULL stays NULL.
    """
    text = APOSTROPHES.format(column)
    cases = " ".join(f"when {text} in {_quoted(texts)} then '{word}'" for word, texts in meanings.items())
    return f"case when {column} is null then null {cases} else {otherwise} end"


def own_id(given: str, platform: str, *names: str, account: str = "_account") -> str:
    """The file's own id, or where it has none a stable key of platform, account and names."""
    return f"coalesce(nullif({given}, '--'), stable_key('{platform}', {account}, {', '.join(names)}))"


def first_known(*columns: str) -> str:
    """The first of some texts that says something: neither NULL nor one of the marks for nothing."""
    return "coalesce(" + ", ".join(f"nullif(nullif({column}, '--'), '')" for column in columns) + ")"


def _quoted(texts: tuple[str, ...]) -> str:
    return "(" + ", ".join("'" + plain(text).replace("'", "''") + "'" for text in texts) + ")"
