"""The shape of the source: the way imports run, what is never used, how long things grow, and names."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What each package may import of the others: bot -> index -> ingest, never back.
BELOW: dict[str, set[str]] = {"bot": {"index", "ingest"}, "index": {"ingest"}, "ingest": set()}
# One to five seconds each to import: no question should wait for that.
HEAVY = {"sentence_transformers", "slack_bolt", "slack_sdk", "torch", "transformers", "uvicorn", "waitress"}
# Reading with any of these can run code that the file brings along.
UNSAFE = {"_pickle", "cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
VAGUE = {"common", "core", "data", "handler", "helper", "helpers", "info", "manager", "util", "utils"}
MACHINE_PATH = re.compile(rb"(?<![\w.~-])/(?:home|Users|work)/[\w.-]+")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40

MODULES = sorted(path for package in BELOW for path in (ROOT / package).rglob("*.py"))
SOURCES = sorted(
    [
        *MODULES,
        *(path for folder in ("tests", "benchmarks", "scripts") for path in (ROOT / folder).rglob("*.py")),
    ]
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def ids(paths: Iterable[Path]) -> list[str]:
    """Give each path relative to the checkout, as the name of its test."""
    return [path.relative_to(ROOT).as_posix() for path in paths]


each_module = pytest.mark.parametrize("module", MODULES, ids=ids(MODULES))
each_source = pytest.mark.parametrize("source", SOURCES, ids=ids(SOURCES))


@cache
def parsed(path: Path) -> ast.Module:
    """Give the syntax tree of a source file."""
    return ast.parse(path.read_text("utf-8"), path)


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Give the top-level names of all modules that the import statements among `nodes` load."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what importing the module runs: not functions' bodies, nor what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from run_on_import(child)


def code_lines(function: Function) -> int:
    """Count a function's lines from its `def` to its end, its docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return lines
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def words(name: str) -> set[str]:
    """Split a snake_case or CamelCase name into its words, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_there_is_source_in_every_package() -> None:
    """Each package has modules, so that the tests below are about something."""
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(BELOW)
    assert len(SOURCES) > len(MODULES)


@each_module
def test_imports_run_one_way(module: Path) -> None:
    """`bot` may import `index` and `ingest`, `index` only `ingest`, and `ingest` neither."""
    package = module.relative_to(ROOT).parts[0]
    above = set(BELOW) - BELOW[package] - {package}
    assert imported(ast.walk(parsed(module))) & (above | {"tests", "benchmarks"}) == set()


@each_module
def test_nothing_heavy_is_imported_with_the_module(module: Path) -> None:
    """The heavy libraries are imported inside the functions that need them."""
    assert imported(run_on_import(parsed(module))) & HEAVY == set()


@each_module
def test_nothing_read_from_disk_can_run(module: Path) -> None:
    """No pickle in any form: neither its modules, nor `torch.load`, nor `allow_pickle`."""
    tree = parsed(module)
    assert imported(ast.walk(tree)) & UNSAFE == set()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if ast.unparse(call.func) == "torch.load"] == []
    assert [
        call.lineno
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False"
    ] == []


@each_source
def test_files_and_functions_stay_short(source: Path) -> None:
    """No file is over 300 lines and no function over 40, docstrings not counted."""
    assert source.read_text("utf-8").count("\n") <= MAX_FILE_LINES
    functions = [node for node in ast.walk(parsed(source)) if isinstance(node, Function)]
    assert [one.name for one in functions if code_lines(one) > MAX_FUNCTION_LINES] == []


@each_module
def test_names_say_what_a_thing_is(module: Path) -> None:
    """No module, folder or class is called by a word that fits anything."""
    parts = module.relative_to(ROOT).with_suffix("").parts
    classes = [node.name for node in ast.walk(parsed(module)) if isinstance(node, ast.ClassDef)]
    assert [name for name in (*parts, *classes) if words(name) & VAGUE] == []


def test_a_package_exports_a_short_sorted_list_and_nothing_else() -> None:
    """An `__init__.py` holds a docstring, imports, and a sorted `__all__`."""
    for path in (path for path in MODULES if path.name == "__init__.py"):
        for node in parsed(path).body:
            if isinstance(node, ast.Assign):
                assert [ast.unparse(target) for target in node.targets] == ["__all__"]
                exported = ast.literal_eval(node.value)
                assert exported == sorted(exported)
            else:
                assert isinstance(node, ast.Expr | ast.Import | ast.ImportFrom), path


def test_no_file_names_a_place_on_one_machine() -> None:
    """Nothing that is checked in holds an absolute path of the machine it was written on."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout: there is no list of the files that are checked in")
    listing = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    assert ROOT / "pyproject.toml" in files
    here = re.compile(re.escape(bytes(ROOT)) + rb"\b") if len(ROOT.parts) > 2 else MACHINE_PATH
    found = {}
    for path in filter(Path.is_file, files):
        # Tests may make up somebody's home, but they too must not name the place where they were written.
        pattern = here if ROOT / "tests" in path.parents else MACHINE_PATH
        if match := pattern.search(path.read_bytes()):
            found[path.relative_to(ROOT).as_posix()] = match[0]
    assert found == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import torch\n", {"torch"}),
        ("if 1:\n    from torch import nn\n", {"torch"}),
        ("class A:\n    import torch.nn\n", {"torch"}),
        ("def f():\n    import torch\n", set()),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n", {"typing"}),
        ("from . import torch\n", set()),
    ],
    ids=["plain", "in an if", "in a class", "in a function", "for types only", "a neighbour"],
)
def test_what_runs_on_import_is_found(source: str, expected: set[str]) -> None:
    """An import counts as the module's own wherever importing the module runs it."""
    assert imported(run_on_import(ast.parse(source))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index_manager", {"index", "manager"}),
        ("HTTPHandler", {"http", "handler"}),
        ("Metadata", {"metadata"}),
        ("__init__", {"init"}),
    ],
)
def test_names_are_split_into_words(name: str, expected: set[str]) -> None:
    """`Metadata` is one word and no vague one; `HTTPHandler` is two."""
    assert words(name) == expected


def test_a_docstring_does_not_lengthen_a_function() -> None:
    """Only the lines of code count."""
    function = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n').body[0]
    assert isinstance(function, ast.FunctionDef)
    assert code_lines(function) == 2
