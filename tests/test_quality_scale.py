"""Home Assistant's quality scale: what quality_scale.yaml claims is so.

Nobody else looks: Home Assistant judges only what is part of it.
"""

import ast
from collections.abc import Callable, Iterator
from itertools import chain
import json
from pathlib import Path
import re
import tomllib
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS
from homeassistant.const import EntityCategory
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.barco_pulse import PLATFORMS
from custom_components.barco_pulse.pulse.snapshot import Snapshot

from .words import ACTIONS, ENGLISH, INTEGRATION, MANIFEST, SOURCES, TABLES

ROOT = INTEGRATION.parents[1]
TESTS = Path(__file__).parent
TIERS: dict[str, list[str]] = json.loads((TESTS / "quality_scale.json").read_text())
CLAIMS: dict[str, Any] = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))[
    "rules"
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROWS = [row for rows in TABLES.values() for row in rows(Snapshot())]
SECTIONS: dict[str, str] = dict(
    re.findall(
        r"^#+ ([^\n]+)\n(.*?)(?=^#+ |\Z)",
        re.sub(r"```.*?```", "", (ROOT / "README.md").read_text(), flags=re.DOTALL),
        re.DOTALL | re.MULTILINE,
    )
)
EXCEPTIONS = {
    "ConfigEntryAuthFailed",
    "ConfigEntryError",
    "ConfigEntryNotReady",
    "HomeAssistantError",
    "ServiceValidationError",
    "UpdateFailed",
}
MEASURES = (
    SensorDeviceClass.DURATION,
    SensorDeviceClass.FREQUENCY,
    SensorDeviceClass.TEMPERATURE,
)
"""What has units that nothing else has."""


# What the code says


def functions(module: str) -> dict[str, ast.AST]:
    """Return the functions and methods of a file; none if there is no such file."""
    return {
        node.name: node
        for node in ast.walk(SOURCES.get(module, ast.Module([], [])))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def names(tree: ast.AST) -> set[str]:
    """Return every name that is used."""
    nodes = list(ast.walk(tree))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def using(name: str) -> set[str]:
    """Return the files that use a name."""
    return {module for module, tree in SOURCES.items() if name in names(tree)}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the last part of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def given(called: str, module: str) -> set[str]:
    """Return the names of all arguments of the calls of something in a file."""
    return {
        str(keyword.arg)
        for name, call in calls(SOURCES[module])
        for keyword in call.keywords
        if name == called
    }


def imported() -> set[str]:
    """Return the packages that are imported."""
    nodes = list(chain.from_iterable(map(ast.walk, SOURCES.values())))
    modules = [
        alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names
    ] + [
        n.module
        for n in nodes
        if isinstance(n, ast.ImportFrom) and n.module and not n.level
    ]
    return {module.partition(".")[0] for module in modules}


def logged(module: str) -> set[str]:
    """Return the levels at which a file logs."""
    return {
        name
        for name, call in calls(SOURCES[module])
        if ast.unparse(call.func).startswith("_LOGGER.")
    }


def subscriptions_end() -> bool:
    """Whether all that entities listen to ends when they are removed."""
    begun, ended = set[ast.Call](), set[ast.Call]()
    for platform in PLATFORMS:
        for name, call in calls(SOURCES[platform]):
            if name in ("async_on_remove", "async_on_unload"):
                ended.update(part for part in call.args if isinstance(part, ast.Call))
            elif name.startswith(("async_on_", "async_add_listener", "async_track_")):
                begun.add(call)
    return begun <= ended


def is_translated() -> bool:
    """Whether no exception for the user is plain English."""
    return all(
        "translation_key" in {keyword.arg for keyword in call.keywords}
        for tree in SOURCES.values()
        for name, call in calls(tree)
        if name in EXCEPTIONS
    )


def called() -> set[str]:
    """Return the last part of the name of everything that is called."""
    return {name for tree in SOURCES.values() for name, _ in calls(tree)}


# What the words say


def forms() -> dict[str, dict[str, Any]]:
    """Return the words of all forms that a person fills in."""
    flows = [ENGLISH["config"], ENGLISH.get("options", {})]
    flows += [issue.get("fix_flow", {}) for issue in ENGLISH["issues"].values()]
    steps = chain.from_iterable(flow.get("step", {}).items() for flow in flows)
    return {name: step for name, step in steps if "data" in step}


def fields(rows: dict[str, Any]) -> set[str]:
    """Return the names of the fields of actions, triggers or conditions, as code."""
    return {f"`{name}`" for row in rows.values() for name in row.get("fields", {})}


def described(kind: str) -> dict[str, Any]:
    """Return what triggers.yaml or conditions.yaml describes."""
    rows = load_yaml_dict(str(INTEGRATION / f"{kind}.yaml"))
    return {name: row for name, row in rows.items() if not name.startswith(".")}


def documented(heading: str, *words: str) -> bool:
    """Whether README.md has such a section that says something, and these words."""
    text = SECTIONS.get(heading, "")
    return len(text.split()) > 20 and all(word in text for word in words)


# The rules

CHECKS: dict[str, Callable[[], bool]] = {
    # Bronze
    "action-setup": lambda: (
        "async_setup_services" in names(functions("__init__")["async_setup"])
    ),
    "appropriate-polling": lambda: (
        not any(
            "interval" in field for form in forms().values() for field in form["data"]
        )
    ),
    "brands": lambda: (INTEGRATION / "brand" / "icon.png").is_file(),
    "common-modules": lambda: SOURCES.keys() >= {"coordinator", "entity"},
    "config-flow-test-coverage": lambda: (
        r"/(config|options)_flow\.py/ ? 100" in (ROOT / "scripts/test").read_text()
    ),
    "config-flow": lambda: (
        MANIFEST["config_flow"]
        and all(
            f["data"].keys() == f["data_description"].keys() for f in forms().values()
        )
    ),
    "docs-actions": lambda: documented("Actions", *ACTIONS, *fields(ACTIONS)),
    "docs-conditions": lambda: documented(
        "Triggers and conditions",
        *described("conditions"),
        *fields(described("conditions")),
    ),
    "docs-triggers": lambda: documented(
        "Triggers and conditions",
        *described("triggers"),
        *fields(described("triggers")),
    ),
    "docs-high-level-description": lambda: documented("Barco Pulse for Home Assistant"),
    "docs-installation-instructions": lambda: documented(
        "Install", "HACS", "Marketplace"
    ),
    "docs-removal-instructions": lambda: documented("Remove", "HACS", "Marketplace"),
    "entity-event-setup": subscriptions_end,
    "entity-unique-id": lambda: "unique_id" in names(SOURCES["entity"]),
    "has-entity-name": lambda: (
        "_attr_has_entity_name = True" in ast.unparse(SOURCES["entity"])
    ),
    "runtime-data": lambda: (
        "runtime_data" in names(functions("__init__")["async_setup_entry"])
        # What is pending while an entry is reloaded: there is no runtime data then.
        and {m for m, tree in SOURCES.items() if "hass.data" in ast.unparse(tree)}
        <= {"handover"}
    ),
    "test-before-setup": lambda: (
        "async_config_entry_first_refresh"
        in names(functions("__init__")["async_setup_entry"])
    ),
    "unique-config-entry": lambda: (
        names(SOURCES["config_flow"])
        >= {"async_set_unique_id", "_abort_if_unique_id_configured"}
    ),
    # Silver
    "config-entry-unloading": lambda: "async_unload_entry" in functions("__init__"),
    "docs-configuration-parameters": lambda: documented(
        "Options", *ENGLISH["options"]["step"]["init"]["data"].values()
    ),
    "docs-installation-parameters": lambda: documented(
        "Set up", *ENGLISH["config"]["step"]["user"]["data"].values()
    ),
    "entity-unavailable": lambda: "available" in functions("entity"),
    "integration-owner": lambda: bool(MANIFEST["codeowners"]),
    "log-when-unavailable": lambda: logged("coordinator") <= {"debug", "info"},
    "parallel-updates": lambda: using("PARALLEL_UPDATES") == set(PLATFORMS),
    "reauthentication-flow": lambda: (
        functions("manual_flow").keys()
        >= {"async_step_reauth", "async_step_reauth_confirm"}
    ),
    "test-coverage": lambda: PROJECT["tool"]["coverage"]["report"]["fail_under"] >= 95,
    # Gold
    "devices": lambda: (
        given("DeviceInfo", "device")
        >= {
            "configuration_url",
            "identifiers",
            "manufacturer",
            "model",
            "model_id",
            "name",
            "serial_number",
            "sw_version",
        }
    ),
    "diagnostics": lambda: (
        "async_get_config_entry_diagnostics" in functions("diagnostics")
    ),
    "discovery-update-info": lambda: (
        {"registered_devices": True} in MANIFEST["dhcp"]
        and "updates" in given("_abort_if_unique_id_configured", "config_flow")
    ),
    "discovery": lambda: (
        functions("config_flow").keys() >= {"async_step_dhcp", "async_step_ssdp"}
        and MANIFEST.keys() >= {"dhcp", "ssdp"}
    ),
    "docs-data-update": lambda: documented("How it stays up to date", "30 s"),
    "docs-examples": lambda: documented("Automations"),
    "docs-known-limitations": lambda: documented("Known limits"),
    "docs-supported-devices": lambda: documented("Supported projectors"),
    "docs-supported-functions": lambda: documented("Entities"),
    "docs-troubleshooting": lambda: documented("When something does not work"),
    "docs-use-cases": lambda: documented("What you can do with it"),
    "entity-category": lambda: (
        {row.entity_category for row in ROWS} >= set(EntityCategory)
    ),
    "entity-device-class": lambda: all(
        row.device_class
        for row in ROWS
        for measure in MEASURES
        if row.unit_of_measurement in DEVICE_CLASS_UNITS[measure]
        or getattr(row, "native_unit_of_measurement", "") in DEVICE_CLASS_UNITS[measure]
    ),
    "entity-disabled-by-default": lambda: any(
        not row.entity_registry_enabled_default for row in ROWS
    ),
    "exception-translations": is_translated,
    "reconfiguration-flow": lambda: (
        "async_step_reconfigure" in functions("manual_flow")
    ),
    "repair-issues": lambda: "async_create_fix_flow" in functions("repairs"),
    # Platinum
    "async-dependency": lambda: (
        "send_magic_packet" not in called()
        and imported().isdisjoint({"httpx", "requests", "urllib3"})
    ),
    "inject-websession": lambda: (
        not using("ClientSession") and "image" in using("async_get_clientsession")
    ),
    "strict-typing": lambda: (
        (INTEGRATION / "py.typed").is_file()
        and PROJECT["tool"]["mypy"]["strict"]
        # coordinator.py imports device.py; handover.py listens to all integrations.
        and using("ConfigEntry") == {"coordinator", "device", "handover"}
    ),
}

PROOFS = {
    # Bronze
    "test-before-configure": "test_config_flow.test_fault_and_recovery",
    "test-before-setup": "test_init.test_retry",
    "unique-config-entry": "test_config_flow.test_already_configured",
    # Silver
    "action-exceptions": "test_entity.test_commands_to_a_busy_projector",
    "config-entry-unloading": "test_init.test_the_end_leaves_nothing",
    "entity-unavailable": "test_coordinator.test_lost_and_back",
    "log-when-unavailable": "test_coordinator.test_lost_and_back",
    "reauthentication-flow": "test_config_flow.test_reauth",
    # Gold
    "devices": "test_coordinator.test_device",
    "docs-examples": "test_docs_automations.test_film_night",
    "entity-translations": "test_translations.test_entity_words",
    "exception-translations": "test_translations.test_exception_words",
    "icon-translations": "test_translations.test_every_entity_has_an_icon",
}
"""What needs more than a look is proved by another test: its file begins so."""


def status(rule: str) -> str:
    """Return what is claimed."""
    claim = CLAIMS[rule]
    return str(claim["status"] if isinstance(claim, dict) else claim)


DONE = [rule for rule in CLAIMS if status(rule) == "done"]


def test_every_rule() -> None:
    """All are answered, in the order of their tiers, and no other."""
    assert {tier: len(rules) for tier, rules in TIERS.items()} == {
        "bronze": 20,
        "silver": 10,
        "gold": 21,
        "platinum": 3,
    }
    at = 0
    for rules in TIERS.values():
        assert {*list(CLAIMS)[at : at + len(rules)]} == set(rules)
        at += len(rules)
    assert len(CLAIMS) == at


@pytest.mark.parametrize("rule", CLAIMS)
def test_form(rule: str) -> None:
    """Each is done, or exempt for a reason; the client is not published yet."""
    claim = CLAIMS[rule]
    assert claim == "done" or (
        claim.keys() == {"status", "comment"} and claim["comment"].endswith(".")
    )
    assert status(rule) in ("done", "exempt") or rule == "dependency-transparency"


@pytest.mark.parametrize("rule", DONE)
def test_claim(rule: str) -> None:
    """What can be seen from outside is as claimed."""
    assert CHECKS.get(rule, lambda: rule in PROOFS)()


@pytest.mark.parametrize("rule", PROOFS)
def test_proof(rule: str) -> None:
    """The other test is there."""
    files, test = PROOFS[rule].split(".")
    texts = (path.read_text() for path in TESTS.glob(f"{files}*.py"))
    assert any(f"def {test}(" in text for text in texts)


def test_nothing_checked_in_vain() -> None:
    """What is checked is also claimed."""
    assert CHECKS.keys() | PROOFS.keys() == set(DONE)
