"""Break the code in random places, and report which breaks no test notices.

`scripts/mutate map` records which test runs which line (the whole suite once, or only
the tests that are named). `scripts/mutate run` then breaks copies of the repository.

A break that no test notices may be equivalent: for example, it only costs time. If it
is not, first run all tests of its module with it: the map knows a function with a cache
only from the first test of each process that calls it, and a break is tried on at most
`MOST_TESTS` tests.
"""

import argparse
import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import os
from pathlib import Path
from queue import Queue
import random
import re
import shutil
import subprocess
import sys
from tempfile import TemporaryDirectory
import time
from typing import Final, override

from coverage import CoverageData

ROOT: Final = Path(__file__).parents[1]
CODE: Final = "custom_components/barco_pulse"
MAP: Final = ROOT / ".mutate"
"""A coverage file with a context for each test."""
MOST_TESTS: Final = 40
"""Test functions to run for one break; those of the module's own file come first."""
LIMIT: Final = 300
"""Seconds for the tests of one break; one that takes longer counts as noticed."""
TIMEOUT: Final = "timeout"
OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Break:
    """One change of the code."""

    path: str
    first: int
    last: int
    begin: int
    end: int
    old: str
    new: str

    def apply(self, source: bytes) -> bytes:
        """Return the changed file."""
        return source[: self.begin] + self.new.encode() + source[self.end :]

    @override
    def __str__(self) -> str:
        """Return where the change is, and what it is."""
        old, new = (" ".join(text.split())[:70] for text in (self.old, self.new))
        return f"{self.path}:{self.first}: {old} -> {new}"


def change(node: ast.AST) -> str | None:
    """Return the code that takes the place of a node, None if it is left alone."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            opposite = OPPOSITE[type(op)]()
            changed = ast.Compare(left=left, ops=[opposite], comparators=comparators)
            return f"({ast.unparse(changed)})"
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            return f"({ast.unparse(ast.BoolOp(op=other, values=values))})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"bool({ast.unparse(operand)})"
        case ast.Constant(value=int() | float() as value) if not isinstance(
            value, bool
        ):
            return repr(value + 1)
        case ast.Expr(value=ast.Constant()):
            return None
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Return(value=ast.expr()):
            return None if "_LOGGER" in ast.unparse(node) else "pass"
    return None


def inner(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Yield what is executed in a function, without annotations and f-strings."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            children = value if isinstance(value, list) else [value]
            pending += [
                child
                for child in children
                if isinstance(child, ast.AST)
                and not isinstance(child, ast.JoinedStr | ast.pattern)
            ]


def breaks(name: str, source: bytes) -> Iterator[Break]:
    """Yield every change that can be made to a file."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    seen: set[tuple[int, int]] = set()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in inner(function):
            if not isinstance(node, ast.stmt | ast.expr):
                continue
            last, last_column = node.end_lineno, node.end_col_offset
            if last is None or last_column is None or (new := change(node)) is None:
                continue
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[last - 1] + last_column
            if (begin, end) not in seen:
                seen.add((begin, end))
                old = source[begin:end].decode()
                yield Break(name, node.lineno, last, begin, end, old, new)


def covering(data: CoverageData, each: Break) -> list[str]:
    """Return the test functions that run a line, those of its own file first."""
    contexts = data.contexts_by_lineno(str(ROOT / each.path))
    found = {
        context.partition("|")[0].partition("[")[0]
        for line in range(each.first, each.last + 1)
        for context in contexts.get(line, ())
        if "::" in context
    }
    own = f"test_{Path(each.path).stem}"
    return sorted(found, key=lambda test: (own not in test, random.random()))


def failures(
    root: Path, tests: list[str], *arguments: str, limit: float = LIMIT
) -> list[str]:
    """Return the tests that fail, `[TIMEOUT]` if they do not end."""
    chosen = root / ".tests"
    chosen.write_text("\n".join(tests))
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=60", "--tb=no"]
    command += ["-p", "no:cacheprovider", *arguments, f"@{chosen}"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=root,
            check=False,
            capture_output=True,
            text=True,
            timeout=limit,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return [TIMEOUT]
    if done.returncode not in (0, 1, 2):
        reason = done.stdout[-2000:] + done.stderr[-2000:]
        raise RuntimeError(f"Is the map stale? Run `scripts/mutate map`.\n{reason}")
    failed = re.findall(
        r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", done.stdout, re.MULTILINE
    )
    return failed or ["import"] * (done.returncode != 0)


def noticed_by(each: Break, tests: list[str], root: Path) -> str | None:
    """Return the first test that fails with the change."""
    if not tests:
        return None
    path = root / each.path
    source = path.read_bytes()
    path.write_bytes(each.apply(source))
    try:
        return next(iter(failures(root, tests[:MOST_TESTS], "-x")), None)
    finally:
        path.write_bytes(source)


def copy_repository(root: Path) -> None:
    """Copy the files that git knows, so that nothing of the original changes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    tracked = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in tracked.stdout.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)


def possible_breaks(modules: list[str]) -> list[Break]:
    """Return every change that can be made to the named modules, all if none."""
    return [
        each
        for path in sorted((ROOT / CODE).rglob("*.py"))
        if not modules or path.stem in modules
        for each in breaks(str(path.relative_to(ROOT)), path.read_bytes())
    ]


def run(options: argparse.Namespace) -> int:
    """Break the code, and report what no test notices."""
    data = CoverageData(str(MAP))
    data.read()
    random.seed(options.seed)
    end = time.monotonic() + options.seconds
    possible = possible_breaks(options.module)
    chosen = [
        (each, tests)
        for each in random.sample(possible, min(options.count, len(possible)))
        if (tests := covering(data, each)) or not options.covered
    ]
    free: Queue[Path] = Queue()
    outcomes: dict[Break, str | None] = {}

    def try_break(each: Break, tests: list[str]) -> None:
        """Break a copy that is free."""
        if time.monotonic() > end:
            return
        root = free.get()
        try:
            test = outcomes[each] = noticed_by(each, tests, root)
        finally:
            free.put(root)
        verdict = f"noticed by {test}" if test else f"SURVIVED {len(tests)} tests"
        print(f"{verdict}: {each}", flush=True)

    with TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as executor:
        for job in range(options.jobs):
            copy_repository(Path(folder, str(job)))
            free.put(Path(folder, str(job)))
        list(executor.map(lambda choice: try_break(*choice), chosen))
        noticing = sorted({test for test in outcomes.values() if test and "::" in test})
        if failed := failures(free.get(), noticing, limit=10 * LIMIT):
            print(f"These fail without a change: {failed}")
            return 1
    noticed = sum(test is not None for test in outcomes.values())
    print(f"{noticed} of {len(outcomes)} noticed")
    return 0 if noticed >= 0.92 * len(outcomes) else 1


def record(options: argparse.Namespace) -> int:
    """Run tests, and record which of them runs which line."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["--cov", "--cov-report=", "--cov-fail-under=0"]
    command += ["--cov-context=test", f"--numprocesses={options.jobs}", *options.tests]
    environment = os.environ | {"COVERAGE_FILE": str(MAP), "COVERAGE_CORE": "ctrace"}
    return subprocess.run(command, cwd=ROOT, check=False, env=environment).returncode


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__)
    commands = parser.add_subparsers(required=True)
    mapping = commands.add_parser("map", help="record which test runs which line")
    mapping.add_argument("tests", nargs="*", help="only these tests, all if none")
    mapping.set_defaults(do=record)
    mapping.add_argument("--jobs", type=int, default=2, help="tests at a time")
    running = commands.add_parser("run", help="break the code")
    running.add_argument("--count", type=int, default=100, help="breaks to try")
    running.add_argument("--seed", type=int, default=1, help="another choice")
    running.add_argument("--seconds", type=float, default=3600, help="time to take")
    running.add_argument("--jobs", type=int, default=2, help="breaks at a time")
    running.add_argument(
        "--module", nargs="*", default=[], help="only modules of these names"
    )
    running.add_argument(
        "--covered", action="store_true", help="skip lines that no recorded test runs"
    )
    running.set_defaults(do=run)
    options = parser.parse_args()
    status: int = options.do(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
