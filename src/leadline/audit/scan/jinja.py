"""dbt's Jinja rendered as far as it goes without a database: loops, variables, the project's own macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from leadline.audit.scan.project import project_of, settings_of, sql_files
from leadline.audit.terms import UndecidableError

_LEFT: Final = "compile it first (`dbt compile`)"
_TYPES: Final = {
    "string": "varchar",
    "int": "integer",
    "bigint": "bigint",
    "float": "double",
    "numeric": "decimal(28, 6)",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
_MACRO: Final = re.compile(r"\{%-?\s*macro\s+(\w+)")


def rendered(text: str, path: str) -> str:
    """The SQL of a model, as it would be built the first time. Raises UndecidableError."""
    from jinja2 import TemplateError

    project = project_of(Path(path).resolve().parent)
    try:
        environment, known = _environment(project)
        template = environment.from_string(text, globals=known | {"this": _quoted(Path(path).stem)})
        return str(template.render())
    except TemplateError as error:
        raise UndecidableError(f"its Jinja can't be rendered: {_told(error)}: {_LEFT}") from error
    except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        # A macro was called in a way that only dbt knows of.
        raise UndecidableError(f"its Jinja can't be rendered: {_told(error)}: {_LEFT}") from error


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


@lru_cache(maxsize=8)
def _environment(project: Path | None) -> tuple[Any, dict[str, Any]]:
    """The environment, and what its templates know: dbt's functions and the project's macros."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from leadline.audit.scan.dbt_blocks import DbtBlocks

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, extensions=["jinja2.ext.do", DbtBlocks]
    )
    settings = settings_of(project) if project is not None else {}
    macros: dict[str, Any] = {}
    known: dict[str, Any] = {"adapter": _Adapter(macros), **_functions(settings)}
    texts = [_text(file) for file in (sql_files(project, "macro-paths") if project is not None else ())]
    names = [name for text in texts for name in _MACRO.findall(text)]
    # Macros call one another, whatever file they stand in.
    known.update((name, _Late(macros, name)) for name in names)
    for text in texts:
        _load(environment, text, known, macros)
    return environment, known


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _load(environment: Any, text: str, known: Mapping[str, Any], macros: dict[str, Any]) -> None:
    """The macros of a file; a file that is no Jinja is left out, and what calls its macros says so."""
    from jinja2 import TemplateError

    try:
        module = environment.from_string(text, globals=known).module
    except (TemplateError, LookupError, TypeError):
        return
    macros.update((name, getattr(module, name)) for name in dir(module) if not name.startswith("_"))


class _Late:
    """A macro that is looked up when it is called."""

    def __init__(self, macros: Mapping[str, Any], name: str) -> None:
        self._macros, self._name = macros, name

    def __call__(self, *given: Any, **named: Any) -> Any:
        """What the macro gives."""
        if self._name not in self._macros:
            raise LookupError(f"the macro {self._name} can't be read")
        return self._macros[self._name](*given, **named)


class _Adapter:
    """`adapter.dispatch`: the macro of DuckDB, else the default one."""

    def __init__(self, macros: Mapping[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str, *_: Any, **__: Any) -> Any:
        """The macro that a name is dispatched to."""
        found = self._macros.get(f"duckdb__{name}", self._macros.get(f"default__{name}"))
        if found is None:
            raise LookupError(f"no macro {name}")
        return found


def _functions(settings: Mapping[str, Any]) -> dict[str, Callable[..., Any] | Any]:
    variables = settings.get("vars")
    given = _flat(variables, settings.get("name")) if isinstance(variables, Mapping) else {}

    def var(name: str, default: Any = None) -> Any:
        if name not in given and default is None:
            raise LookupError(f"the variable {name} has no value")
        return given.get(name, default)

    def env_var(name: str, default: str | None = None) -> str:
        if default is None:
            raise LookupError(f"the environment's {name} is not known")
        return default

    return {
        "ref": lambda *names, **_: _quoted(names[-1]),
        "source": lambda _, name: _quoted(name),
        "config": lambda *_, **__: "",
        "var": var,
        "env_var": env_var,
        "is_incremental": lambda: False,
        "return": lambda value: value,
        "log": lambda *_, **__: "",
        "execute": False,
        "flags": {"FULL_REFRESH": False},
        # What most projects have of packages.
        "dbt_utils": {
            "safe_divide": lambda top, under: f"({top}) / nullif({under}, 0)",
            "group_by": lambda count: f"group by {', '.join(str(n + 1) for n in range(count))}",
        },
        "dbt": {
            "date_trunc": lambda grain, day: f"date_trunc('{grain}', {day})",
            "safe_cast": lambda value, kind: f"try_cast({value} as {kind})",
            "dateadd": lambda grain, count, day: f"{day} + interval ({count}) {grain}",
            "datediff": lambda first, last, grain: f"date_diff('{grain}', {first}, {last})",
            "concat": lambda parts: " || ".join(parts),
            "hash": lambda value: f"md5({value})",
            "listagg": lambda value, mark="','", *_: f"string_agg({value}, {mark})",
            **{f"type_{name}": (lambda kind=kind: kind) for name, kind in _TYPES.items()},
        },
        "target": {"name": "dev", "type": "duckdb", "schema": "main"},
    }


def _flat(variables: Mapping[str, Any], project: Any) -> dict[str, Any]:
    own = variables.get(str(project))
    return {**variables, **(own if isinstance(own, Mapping) else {})}


def _quoted(name: Any) -> str:
    text = str(name)
    return '"' + text.replace('"', "") + '"' if re.fullmatch(r"[\w .-]+", text) else text
