"""Walks the JSON of a manifest and keeps every problem with its path, so that all are reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leadline.errors import nearest
from leadline.grains import ORDER, Window


class Cursor:
    """A node of the JSON with its path; problems of all cursors of a document share one list."""

    __slots__ = ("node", "path", "problems")

    def __init__(self, node: Any, path: str, problems: list[str]) -> None:
        self.node = node
        self.path = path
        self.problems = problems

    def problem(self, what: str, key: str = "") -> None:
        """Note a problem at this node or at one of its keys."""
        self.problems.append(f"{what} @ {self.path}{'.' + key if key else ''}")

    def has(self, key: str) -> bool:
        """True where the key is present with a value other than null."""
        return isinstance(self.node, Mapping) and self.node.get(key) is not None

    def child(self, key: str) -> Cursor:
        """The object at `key`; an empty one where it is absent."""
        found = self.node.get(key) if isinstance(self.node, Mapping) else None
        if found is not None and not isinstance(found, Mapping):
            self.problem(f"expected an object, got {type(found).__name__}", key)
            found = None
        return Cursor(found or {}, f"{self.path}.{key}", self.problems)

    def children(self, key: str) -> Iterator[Cursor]:
        """The objects of the list at `key`; none where it is absent."""
        found = self.node.get(key) if isinstance(self.node, Mapping) else None
        if found is None:
            return
        if not isinstance(found, list):
            self.problem(f"expected a list, got {type(found).__name__}", key)
            return
        for place, item in enumerate(found):
            path = f"{self.path}.{key}[{place}]"
            if isinstance(item, Mapping):
                yield Cursor(item, path, self.problems)
            else:
                self.problems.append(f"expected an object, got {type(item).__name__} @ {path}")

    def text(self, key: str, default: str | None = None) -> str | None:
        """The string at `key`, or the default."""
        found = self.node.get(key)
        if found is None:
            return default
        if not isinstance(found, str):
            self.problem(f"expected text, got {type(found).__name__}", key)
            return default
        return found

    def name(self, key: str = "name") -> str:
        """The non-empty string at `key`; a problem and a stand-in where it is missing."""
        found = self.text(key)
        if not found:
            self.problem("a name is required", key)
            return f"<unnamed {self.path}>"
        return found

    def number(self, key: str) -> Any:
        """The number at `key`, or None."""
        found = self.node.get(key)
        if found is not None and (isinstance(found, bool) or not isinstance(found, int | float)):
            self.problem(f"expected a number, got {type(found).__name__}", key)
            return None
        return found

    def flag(self, key: str) -> bool:
        """The boolean at `key`; false where it is absent."""
        found = self.node.get(key)
        if found is not None and not isinstance(found, bool):
            self.problem(f"expected true or false, got {found!r}", key)
        return found is True

    def texts(self, key: str) -> tuple[str, ...]:
        """The strings of the list at `key`."""
        found = self.node.get(key) or []
        if isinstance(found, str):
            found = [found]
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self.problem("expected a list of text", key)
            return ()
        return tuple(found)

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """The string at `key`, which must be one of `choices`."""
        found = self.text(key, default)
        if found in choices:
            return found
        hint = nearest(found or "", choices, 1)
        near = f"; did you mean {hint[0]!r}?" if hint else ""
        self.problem(f"{found!r} is not one of {', '.join(choices)}{near}", key)
        return choices[0]

    def window(self, key: str, custom: Mapping[str, Any]) -> Window | None:
        """The span of time at `key`: a count and a grain, plural or not."""
        if not self.has(key):
            return None
        at = self.child(key)
        count, grain = at.number("count"), at.text("granularity") or ""
        if not isinstance(count, int) or count < 1:
            at.problem("a window needs a count of at least 1", "count")
            count = 1
        return Window(count, at.grain(grain, "granularity", custom))

    def grain(self, given: str, key: str, custom: Mapping[str, Any]) -> str:
        """A grain that exists, standard or custom; the plural of one is accepted."""
        lowered = given.lower()
        for candidate in (lowered, lowered.removesuffix("s"), given):
            if candidate in ORDER or candidate in custom:
                return candidate
        known = [*ORDER, *custom]
        self.problem(f"{given!r} is not a grain; known: {', '.join(known)}", key)
        return "day"

    def filters(self, key: str = "filter") -> tuple[str, ...]:
        """The filter templates at `key`, which may be an object, a list or one string."""
        found = self.node.get(key)
        if found is None:
            return ()
        if isinstance(found, str):
            return (found,)
        if isinstance(found, Mapping):
            return tuple(
                template
                for item in self.child(key).children("where_filters")
                if (template := item.text("where_sql_template"))
            )
        return self.texts(key)
