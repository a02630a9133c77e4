"""The house rules of src/leadline: size of modules and functions, and an import graph without cycles."""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx
import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
MODULES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SRC.glob("leadline/**/*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
HEAVY = (
    "dbt",
    "great_expectations",
    "metricflow",
    "metricflow_semantics",
    "pandas",
    "rich",
    "pyarrow",
    "duckdb",
    "apprise",
    "statsmodels",
)


def imports(name: str, *, lazy: bool = True) -> set[str]:
    """The modules that a module imports; at its top only where `lazy` is false."""
    found: set[str] = set()
    checking = _type_checking_nodes(TREES[name])
    nodes = ast.walk(TREES[name]) if lazy else iter(TREES[name].body)
    for node in nodes:
        if node in checking:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(name, node)
            found |= {f"{base}.{a.name}" if f"{base}.{a.name}" in MODULES else base for a in node.names}
    return found


def _absolute(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    is_package = MODULES[name].name == "__init__.py"
    parts = name.split(".")
    parent = parts[: len(parts) - node.level + is_package]
    return ".".join([*parent, *([node.module] if node.module else [])])


def _type_checking_nodes(tree: ast.Module) -> set[ast.AST]:
    """Imports that only type checkers see."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for statement in node.body:
                found |= set(ast.walk(statement))
    return found


def test_there_are_modules_to_check() -> None:
    assert "leadline.layer" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_no_module_passes_500_lines(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("name", MODULES)
def test_no_function_passes_60_lines(name: str) -> None:
    functions = [n for n in ast.walk(TREES[name]) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > 60]
    assert long == []


def test_the_import_graph_has_no_cycle() -> None:
    graph = nx.DiGraph()
    for name in MODULES:
        graph.add_edges_from((name, other) for other in imports(name) if other in MODULES and other != name)
    assert sorted(map(sorted, nx.simple_cycles(graph))) == []


@pytest.mark.parametrize("name", MODULES)
def test_no_module_imports_our_own_package_by_importlib(name: str) -> None:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            assert "leadline" not in ast.unparse(node)


@pytest.mark.parametrize("name", MODULES)
def test_no_error_is_passed_over_in_silence(name: str) -> None:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ExceptHandler):
            kept = [s for s in node.body if not isinstance(s, ast.Pass)]
            kept = [s for s in kept if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
            assert kept, f"{name}, line {node.lineno}"


def test_the_engine_imports_nothing_heavy_at_its_top() -> None:
    waiting, seen = ["leadline", "leadline.layer"], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        parts = name.split(".")
        waiting += [".".join(parts[:n]) for n in range(1, len(parts))]
        for other in imports(name, lazy=False):
            assert other.split(".")[0] not in HEAVY, f"{name} imports {other}"
            if other in MODULES:
                waiting.append(other)
    assert "leadline.sql" in seen


def test_nothing_imports_dbts_own_engine() -> None:
    for name in MODULES:
        assert not any(other.split(".")[0].startswith("metricflow") for other in imports(name)), name


def test_only_the_warehouse_opens_an_engine_for_queries() -> None:
    engine = [m for m in MODULES if m.split(".")[1:2] in (["plan"], ["sql"], ["resolve"], ["manifest"])]
    assert engine
    assert [m for m in engine if "duckdb" in imports(m)] == []
