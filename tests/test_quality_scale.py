"""The form of quality_scale.yaml, and the proofs of its claims."""

from collections.abc import Callable
from importlib import import_module
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.barco_pulse import PLATFORMS

from .words import ACTIONS, CONDITIONS, ENGLISH, INTEGRATION, TRIGGERS

TESTS = Path(__file__).parent
TIERS: dict[str, list[str]] = json.loads((TESTS / "quality_scale.json").read_text())
CLAIMS: dict[str, Any] = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))[
    "rules"
]
SECTIONS: dict[str, str] = dict(
    re.findall(
        r"^#+ ([^\n]+)\n(.*?)(?=^#+ |\Z)",
        re.sub(
            r"```.*?```", "", (TESTS.parent / "README.md").read_text(), flags=re.DOTALL
        ),
        re.DOTALL | re.MULTILINE,
    )
)


def documented(heading: str, *words: str) -> bool:
    """Return whether README.md has a section with these words."""
    text = SECTIONS.get(heading, "")
    return len(text.split()) > 20 and all(word in text for word in words)


def fields(described: dict[str, Any]) -> set[str]:
    """Return the fields of actions, triggers or conditions, written as code."""
    return {f"`{name}`" for of in described.values() for name in of.get("fields", {})}


DOCUMENTED: dict[str, Callable[[], bool]] = {
    "docs-actions": lambda: documented("Actions", *ACTIONS, *fields(ACTIONS)),
    "docs-conditions": lambda: documented(
        "Triggers and conditions", *CONDITIONS, *fields(CONDITIONS)
    ),
    "docs-triggers": lambda: documented(
        "Triggers and conditions", *TRIGGERS, *fields(TRIGGERS)
    ),
    "docs-high-level-description": lambda: documented("Barco Pulse for Home Assistant"),
    "docs-installation-instructions": lambda: documented(
        "Install", "HACS", "Marketplace"
    ),
    "docs-removal-instructions": lambda: documented("Remove", "HACS", "Marketplace"),
    "docs-configuration-parameters": lambda: documented(
        "Options", *ENGLISH["options"]["step"]["init"]["data"].values()
    ),
    "docs-installation-parameters": lambda: documented(
        "Set up", *ENGLISH["config"]["step"]["user"]["data"].values()
    ),
    "docs-data-update": lambda: documented("How it stays up to date", "30 s"),
    "docs-examples": lambda: documented("Automations"),
    "docs-known-limitations": lambda: documented("Known limits"),
    "docs-supported-devices": lambda: documented("Supported projectors"),
    "docs-supported-functions": lambda: documented("Entities"),
    "docs-troubleshooting": lambda: documented("When something does not work"),
    "docs-use-cases": lambda: documented("What you can do with it"),
}

PROOFS = {
    "test-before-configure": "test_config_flow.test_fault_and_recovery",
    "test-before-setup": "test_init.test_retry",
    "unique-config-entry": "test_config_flow.test_already_configured",
    "action-exceptions": "test_entity.test_commands_to_a_busy_projector",
    "config-entry-unloading": "test_init.test_unload_has_no_leaks",
    "entity-unavailable": "test_coordinator.test_disconnect_and_reconnect",
    "log-when-unavailable": "test_coordinator.test_disconnect_and_reconnect",
    "reauthentication-flow": "test_config_flow.test_reauth",
    "devices": "test_coordinator.test_device",
    "docs-examples": "test_docs_automations.test_film_night",
    "entity-translations": "test_translations.test_entity_texts",
    "exception-translations": "test_translations.test_exception_texts",
    "icon-translations": "test_translations.test_every_entity_has_an_icon",
}
"""The test of each claim; the module is the beginning of the file name."""


def status(rule: str) -> str:
    """Return the claimed status."""
    claim = CLAIMS[rule]
    return str(claim["status"] if isinstance(claim, dict) else claim)


def test_every_rule() -> None:
    """Answer each rule, in the order of the tiers."""
    at = 0
    for rules in TIERS.values():
        assert {*list(CLAIMS)[at : at + len(rules)]} == set(rules)
        at += len(rules)
    assert len(CLAIMS) == at == 54


def test_form() -> None:
    """Have each rule done, or exempt with a comment."""
    for rule, claim in CLAIMS.items():
        assert claim == "done" or claim["comment"].endswith("."), rule
        assert status(rule) in ("done", "exempt") or rule == "dependency-transparency"


@pytest.mark.parametrize("rule", DOCUMENTED)
def test_documents(rule: str) -> None:
    """Find the promised texts in README.md."""
    assert status(rule) == "done"
    assert DOCUMENTED[rule]()


def test_every_claim_about_documents_is_checked() -> None:
    """Check all claims about documents."""
    assert {rule for rule in CLAIMS if rule.startswith("docs-")} == DOCUMENTED.keys()


@pytest.mark.parametrize("rule", PROOFS)
def test_proof(rule: str) -> None:
    """Find the test of the claim."""
    files, test = PROOFS[rule].split(".")
    texts = (path.read_text() for path in TESTS.glob(f"{files}*.py"))
    assert any(f"def {test}(" in text for text in texts)


def test_parallel_updates() -> None:
    """Set PARALLEL_UPDATES in each platform."""
    for platform in PLATFORMS:
        module = import_module(f"custom_components.barco_pulse.{platform}")
        assert (1 if platform == "image" else 0) == module.PARALLEL_UPDATES, platform
