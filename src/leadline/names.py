"""Names as requests and filters write them: dbt's dunder names, and dbt's calls such as Dimension('a__b')."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass, replace

from leadline.errors import FilterError
from leadline.grains import DATE_PARTS, ORDER

METRIC_TIME = "metric_time"
_KINDS = {"Dimension": "dimension", "TimeDimension": "time", "Entity": "entity", "Metric": "metric"}


@dataclass(frozen=True, slots=True)
class Name:
    """A dimension, entity or time by its entity links and element; `grain` or `part` for times."""

    element: str
    links: tuple[str, ...] = ()
    grain: str | None = None
    part: str | None = None

    @property
    def is_metric_time(self) -> bool:
        """True for the time that each metric is aggregated along."""
        return self.element == METRIC_TIME and not self.links

    @property
    def base(self) -> str:
        """The dunder name without grain or date part."""
        return "__".join((*self.links, self.element))

    def __str__(self) -> str:
        suffix = f"__extract_{self.part}" if self.part else f"__{self.grain}" if self.grain else ""
        return self.base + suffix


@dataclass(frozen=True, slots=True)
class Reference:
    """A name with what the writer said it is: dimension, time, entity, metric, or any of them."""

    name: Name
    kind: str = "any"
    group_by: tuple[str, ...] = ()
    descending: bool = False
    alias: str | None = None


def parse_name(text: str, custom_grains: Container[str] = ()) -> Name:
    """`listing__user__created_at__month` → links (listing, user), element created_at, grain month."""
    parts = text.strip().split("__")
    grain = part = None
    if len(parts) > 1:
        last = parts[-1]
        lowered = last.lower()
        if lowered.startswith("extract_") and lowered[8:] in DATE_PARTS:
            part = lowered[8:]
        elif lowered in ORDER:
            grain = lowered
        elif last in custom_grains:
            grain = last
        if grain or part:
            parts = parts[:-1]
    return Name(parts[-1], tuple(parts[:-1]), grain, part)


def parse_reference(text: str, custom_grains: Container[str] = ()) -> Reference:
    """A name or a call, as an item of group_by, order_by or metrics."""
    stripped = text.strip()
    if "(" in stripped:
        return parse_call(stripped, custom_grains)
    if stripped.startswith("-"):
        return Reference(parse_name(stripped[1:], custom_grains), descending=True)
    return Reference(parse_name(stripped, custom_grains))


def parse_call(text: str, custom_grains: Container[str] = ()) -> Reference:
    """One of dbt's calls: Dimension, TimeDimension, Entity or Metric, with its methods."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _unreadable(text) from error
    reference = _from_call(tree, text, custom_grains)
    if reference.name.grain and reference.name.part:
        raise FilterError(f"{text.strip()!r} gives both a grain and a date part", fix="keep one of them")
    return reference


def _from_call(node: ast.expr, text: str, custom: Container[str]) -> Reference:
    if not isinstance(node, ast.Call):
        raise _unreadable(text)
    if isinstance(node.func, ast.Attribute):
        inner = _from_call(node.func.value, text, custom)
        return _apply_method(inner, node.func.attr, _arguments(node, text), text, custom)
    if not isinstance(node.func, ast.Name) or node.func.id not in _KINDS:
        raise _unreadable(text)
    return _construct(_KINDS[node.func.id], _arguments(node, text), text, custom)


def _arguments(node: ast.Call, text: str) -> dict[str | int, object]:
    found: dict[str | int, object] = {}
    try:
        for place, value in enumerate(node.args):
            found[place] = ast.literal_eval(value)
        for keyword in node.keywords:
            if keyword.arg is None:
                raise _unreadable(text)
            found[keyword.arg] = ast.literal_eval(keyword.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise _unreadable(text) from error
    return found


def _construct(kind: str, args: dict[str | int, object], text: str, custom: Container[str]) -> Reference:
    first = args.pop(0, None) or args.pop("name", None)
    if not isinstance(first, str) or not first.strip():
        raise _unreadable(text)
    second = args.pop(1, None)
    if kind == "metric":
        group_by = _strings(args.pop("group_by", second), text)
        alias = args.pop("alias", None)
        _no_more(args, text)
        return Reference(
            Name(first.strip()), "metric", group_by, alias=alias if isinstance(alias, str) else None
        )
    name = parse_name(first, custom)
    if kind == "time":
        grain = args.pop("time_granularity_name", args.pop("time_granularity", second))
        path = args.pop(2, None)
        if grain is not None:
            name = _with_grain(name, grain, text, custom)
        part = args.pop("date_part_name", args.pop("date_part", None))
        if part is not None:
            name = _with_part(name, part, text)
    else:
        path = second
    links = _strings(args.pop("entity_path", path), text)
    args.pop("descending", None)
    _no_more(args, text)
    return Reference(replace(name, links=(*links, *name.links)), kind)


def _apply_method(
    inner: Reference, method: str, args: dict[str | int, object], text: str, custom: Container[str]
) -> Reference:
    value = next(iter(args.values()), None)
    if method == "grain":
        return replace(inner, name=_with_grain(inner.name, value, text, custom))
    if method == "date_part":
        return replace(inner, name=_with_part(inner.name, value, text))
    if method == "descending":
        return replace(inner, descending=value is not False)
    if method == "alias" and isinstance(value, str):
        return replace(inner, alias=value)
    raise _unreadable(text)


def _with_grain(name: Name, grain: object, text: str, custom: Container[str]) -> Name:
    if isinstance(grain, str):
        for candidate in (grain.lower(), grain):
            if candidate in ORDER or candidate in custom:
                return replace(name, grain=candidate)
    raise FilterError(f"{grain!r} is not a grain, in {text.strip()!r}", fix=f"use one of {', '.join(ORDER)}")


def _with_part(name: Name, part: object, text: str) -> Name:
    if isinstance(part, str) and part.lower() in DATE_PARTS:
        return replace(name, part=part.lower(), grain=None)
    raise FilterError(
        f"{part!r} is not a date part, in {text.strip()!r}", fix=f"use one of {', '.join(DATE_PARTS)}"
    )


def _strings(value: object, text: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _unreadable(text)


def _no_more(args: dict[str | int, object], text: str) -> None:
    if args:
        extra = ", ".join(str(key) for key in args)
        raise FilterError(f"unknown argument {extra} in {text.strip()!r}", fix="see dbt's filter templates")


def _unreadable(text: str) -> FilterError:
    shown = text.strip()
    shown = shown if len(shown) <= 200 else shown[:200] + "…"
    return FilterError(
        f"{shown!r} is not a call that can be read",
        fix="write Dimension('entity__dimension'), TimeDimension('metric_time', 'day'), "
        "Entity('entity') or Metric('metric', group_by=['entity'])",
    )
