"""One base error for everything that Leadline refuses, and the hints that its messages carry.

Every message answers four questions: what is wrong, where, which valid names come nearest, and what to do.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class LeadlineError(Exception):
    """Base of every error that Leadline raises.

    Args:
        what: what is wrong, in one sentence.
        where: the place (a path into the manifest, a field of the request, a file).
        nearest: valid names that resemble the one that was given, best first.
        fix: what to do about it.
    """

    def __init__(
        self, what: str, *, where: str | None = None, nearest: Sequence[str] = (), fix: str | None = None
    ) -> None:
        self.what = what
        self.where = where
        self.nearest = tuple(nearest)
        self.fix = fix
        super().__init__(self._message())

    def _message(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.nearest:
            lines.append(f"  nearest: {', '.join(self.nearest)}")
        if self.fix:
            lines.append(f"  what to do: {self.fix}")
        return "\n".join(lines)


class ManifestError(LeadlineError):
    """The semantic manifest can't be read, or defines something wrongly; `problems` lists all of it."""

    def __init__(self, problems: Sequence[str], *, where: str | None = None, fix: str | None = None) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the semantic manifest:"
        super().__init__("\n".join([head, *(f"  - {p}" for p in self.problems)]), where=where, fix=fix)


class RequestError(LeadlineError):
    """The request itself is malformed: a wrong type, an unreadable date, an unknown argument."""


class UnknownNameError(LeadlineError):
    """A name in the request is not defined, or can't be reached from the metrics that were asked."""


class AmbiguousNameError(LeadlineError):
    """A name could mean several things; `choices` are the full names to use instead."""

    def __init__(self, what: str, *, choices: Sequence[str], where: str | None = None) -> None:
        self.choices = tuple(choices)
        listed = "\n".join(f"    {choice}" for choice in self.choices)
        super().__init__(
            f"{what}\n  it could be:\n{listed}", where=where, fix="write one of these names in full"
        )


class FilterError(LeadlineError):
    """A filter can't be read as a condition over dimensions, entities and metrics."""


class RefusedError(LeadlineError):
    """The number that was asked for can't be right, so it isn't given; the message names the ways out."""


class UnsupportedError(LeadlineError):
    """The definition or request is valid, but this version of the engine does not support it."""


class WarehouseError(LeadlineError):
    """The database can't be opened or refused the statement."""


def nearest(name: str, choices: Iterable[str], count: int = 5) -> list[str]:
    """The valid names that resemble `name`, best first; a name that ends alike counts as near."""
    pool = list(dict.fromkeys(choices))
    found = get_close_matches(name, pool, n=count, cutoff=0.6)
    tail = name.rsplit("__", 1)[-1]
    found += [c for c in pool if c not in found and c.rsplit("__", 1)[-1] == tail]
    return found[:count]
