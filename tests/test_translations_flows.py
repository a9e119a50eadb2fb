"""Translations of flows and issues."""

import ast

import pytest

from custom_components.barco_pulse.issues import (
    FAILED_CHOICE,
    FAILED_COMMANDS,
    ISSUES,
    OTHER_PROJECTOR,
)
from custom_components.barco_pulse.repairs import REPAIRS

from .words import ENGLISH, SOURCES, keywords, placeholders, table, texts

FLOWS = {
    "config_flow": ENGLISH["config"],
    "options_flow": ENGLISH["options"],
    "repairs": {
        part: {
            key: words
            for issue in ENGLISH["issues"].values()
            for key, words in issue.get("fix_flow", {}).get(part, {}).items()
        }
        for part in ("step", "error", "abort")
    },
}
"""The texts of everything with a form."""


def errors_of(module: str) -> set[str]:
    """Return the errors that a module itself puts into a form."""
    return {
        str(node.value.value)
        for node in ast.walk(SOURCES[module])
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]).startswith("errors[")
        and isinstance(node.value, ast.Constant)
    }


@pytest.mark.parametrize("module", FLOWS)
def test_flow_steps(module: str) -> None:
    """Have texts for each step, and no others."""
    steps = keywords(module, "step_id")
    if module == "repairs":
        steps |= {"confirm"}  # of Home Assistant's own flow
    assert set(FLOWS[module]["step"]) == steps


def test_flow_errors() -> None:
    """Have texts for each error where it can occur."""
    probed = errors_of("validation") | table("validation") | errors_of("config_flow")
    assert errors_of("repairs") == errors_of("config_flow")
    assert set(FLOWS["config_flow"]["error"]) == probed
    assert set(FLOWS["options_flow"]["error"]) == errors_of("options_flow")
    # A stored address was valid when it was accepted.
    assert set(FLOWS["repairs"]["error"]) == probed - {"invalid_host"}


def test_flow_aborts() -> None:
    """Have texts for each abort reason, and no others."""
    # Home Assistant translates its own reasons, such as "reauth_successful".
    assert set(FLOWS["config_flow"]["abort"]) == {
        *keywords("config_flow", "reason"),
        *keywords("config_flow", "error"),
        "already_configured",
        "not_pulse",
    }
    assert set(FLOWS["repairs"]["abort"]) == keywords("repairs", "reason")


@pytest.mark.parametrize(
    "step", [step for words in FLOWS.values() for step in words["step"].values()]
)
def test_every_field_has_a_description(step: dict[str, dict[str, str]]) -> None:
    """Have a description for each field."""
    assert set(step.get("data", {})) == set(step.get("data_description", {}))


def test_repair_uses_the_texts_of_set_up() -> None:
    """Use the same text for the same error."""
    for part in ("error", "abort"):
        for key, words in FLOWS["repairs"][part].items():
            assert words == ENGLISH["config"][part][key]


def test_issue_texts() -> None:
    """Explain the problem, and the solution or the fix, for each issue."""
    issues = ENGLISH["issues"]
    failed = {FAILED_CHOICE, *FAILED_COMMANDS.values()}
    assert set(issues) == keywords("issues", "key") | {OTHER_PROJECTOR} | failed
    mended = {key for key, words in issues.items() if "fix_flow" in words}
    assert mended == set(REPAIRS) | failed
    assert set(REPAIRS) == {
        description.key for description in ISSUES if description.is_fixable
    }
    for key, words in issues.items():
        assert ("description" in words) is (key not in mended)
        expected = {"projector"}
        if key == OTHER_PROJECTOR:
            expected |= {"stranger"}
        if key == FAILED_CHOICE:
            expected |= {"value"}
        assert {
            name for _, text in texts(words) for name in placeholders(text)
        } == expected
