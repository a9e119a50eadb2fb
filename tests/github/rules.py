"""Rules of our own for workflows."""

from collections.abc import Iterator
import re
from typing import Any, Final

from .common import load

PINNED: Final = re.compile(
    r"\s*(?:- )?uses: ([\w.-]+/[\w.-]+)[\w./-]*@([0-9a-f]{40}) # (v?\d+(?:\.\d+)+|master)"
)
EXPRESSIONS: Final = {
    "github.event_name == 'pull_request'",
    "github.ref",
    "github.repository",
    "github.token",
    "github.workflow",
    "matrix.language",
}
"""All that are used: what is written wrong is none of these."""
TRIGGERS: Final = {"push", "pull_request", "schedule", "workflow_dispatch"}
"""Without those that run with rights what somebody else has written."""


def pins(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield repository, commit and version of each action that is pinned as it should."""
    for line in text.splitlines():
        if match := PINNED.fullmatch(line):
            yield match[1], match[2], match[3]


def complaints(text: str) -> Iterator[str]:
    """Yield what is wrong with a workflow."""
    workflow = load(text)
    if len(list(pins(text))) != len(re.findall(r"\buses:", text)):
        yield "an action without commit and version"
    if workflow.get("permissions") != {}:
        yield "permissions for all jobs"
    if "group" not in workflow.get("concurrency", {}):
        yield "no concurrency group"
    # YAML 1.1 takes `on` for a truth.
    if not set(workflow[True]) <= TRIGGERS:  # type: ignore[index]
        yield "a trigger that is not ours"
    for expression in re.findall(r"\${{ ?(.*?) ?}}", text):
        if expression not in EXPRESSIONS:
            yield f"expression {expression}"
    for name, job in workflow["jobs"].items():
        yield from (f"{name}: {complaint}" for complaint in _job(job, workflow["jobs"]))


def _job(job: dict[str, Any], jobs: dict[str, Any]) -> Iterator[str]:
    if not isinstance(job.get("timeout-minutes"), int):
        yield "no timeout"
    if not isinstance(job.get("permissions"), dict):
        yield "no permissions of its own"
    if job["runs-on"].endswith("-latest"):
        yield "a machine that changes"
    if job.get("needs", next(iter(jobs))) not in jobs:
        yield "needs a job that is not there"
    used = set(re.findall(r"\bmatrix\.([\w-]+)", str(job)))
    if used != set(job.get("strategy", {}).get("matrix", ())):
        yield "a matrix that is not used, or not there"
    for step in job["steps"]:
        yield from _step(step)


def _step(step: dict[str, Any]) -> Iterator[str]:
    if "name" not in step:
        yield "a step without a name"
    if "${{" in step.get("run", ""):
        yield "an expression in a script"
    if step.get("uses", "").startswith("actions/checkout@"):
        if step.get("with", {}).get("persist-credentials") is not False:
            yield "credentials left behind"
