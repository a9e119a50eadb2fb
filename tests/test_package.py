"""The parts that nothing runs: manifest, words, icons, and who imports whom."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
import json
from pathlib import Path
import re
import subprocess
import tomllib
from typing import Any

import pytest

from custom_components.barco_pulse.catalogue import PROPERTIES
from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.entity import PulseEntityDescription
from custom_components.barco_pulse.media_player import MEDIA_PLAYERS
from custom_components.barco_pulse.number import NUMBERS
from custom_components.barco_pulse.select import SELECTS
from custom_components.barco_pulse.sensor import SENSORS
from custom_components.barco_pulse.switch import SWITCHES

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / DOMAIN

ROWS: dict[str, tuple[PulseEntityDescription, ...]] = {
    "media_player": MEDIA_PLAYERS,
    "number": NUMBERS,
    "select": SELECTS,
    "sensor": SENSORS,
    "switch": SWITCHES,
}

FLOORS = {
    "const": 0,
    "protocol": 1,
    "api": 2,
    "connection": 2,
    "catalogue": 3,
    "discovery": 3,
    "identity": 3,
    "introspection": 3,
    "latest": 3,
    "pace": 3,
    "projector": 3,
    "signals": 3,
    "snapshot": 3,
    "values": 3,
    "coordinator": 4,
    "entity": 5,
    "media_player": 6,
    "number": 6,
    "select": 6,
    "sensor": 6,
    "switch": 6,
    "config_flow": 6,
    "__init__": 6,
}
"""Which file stands on which floor; platforms stand on entity.py."""


def load(name: str) -> Any:
    """Return the contents of a JSON file, by its path in the project."""
    return json.loads((ROOT / name).read_text())


MANIFEST = load(f"custom_components/{DOMAIN}/manifest.json")
WORDS = load(f"custom_components/{DOMAIN}/translations/en.json")
ICONS = load(f"custom_components/{DOMAIN}/icons.json")
SOURCES = {path.stem: ast.parse(path.read_text()) for path in INTEGRATION.glob("*.py")}


def project_files() -> Iterator[Path]:
    """Yield every text file that belongs to the project, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    yield from filter(Path.is_file, (ROOT / n for n in names.decode().split("\0") if n))


def found(pattern: str) -> dict[str, set[str]]:
    """Return what a pattern matches in the project's files, and in which."""
    matches: dict[str, set[str]] = {}
    for path in project_files():
        for match in re.finditer(pattern, path.read_text(errors="replace")):
            matches.setdefault(match[0], set()).add(str(path.relative_to(ROOT)))
    return matches


def texts(words: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with the path to it."""
    for key, value in words.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from texts(value, f"{path}{key}.")


def keywords(module: str, name: str) -> set[str]:
    """Return the constant values of a keyword argument in all calls of a module."""
    return {
        node.value.value
        for node in ast.walk(SOURCES[module])
        if isinstance(node, ast.keyword)
        and node.arg == name
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def table(module: str) -> set[str]:
    """Return the keys of a module's table of pairs: exception, key."""
    pairs = (n.elts for n in ast.walk(SOURCES[module]) if isinstance(n, ast.Tuple))
    return {
        key.value
        for _, key in (pair for pair in pairs if len(pair) == 2)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


# Manifest and repository


def test_manifest() -> None:
    """What hassfest and HACS ask for is there, in hassfest's order."""
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    assert set(keys) >= {
        "codeowners",
        "config_flow",
        "documentation",
        "integration_type",
        "iot_class",
        "issue_tracker",
        "loggers",
        "requirements",
        "version",
    }
    assert MANIFEST["domain"] == DOMAIN == INTEGRATION.name
    assert MANIFEST["iot_class"] == "local_push"
    assert MANIFEST["loggers"] == [f"custom_components.{DOMAIN}"]


def test_version() -> None:
    """One version, wherever it is written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == project["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])


def test_repository_address() -> None:
    """To publish elsewhere, one replacement is enough, and none is forgotten."""
    repository = MANIFEST["documentation"]
    owner = repository.split("/")[-2]
    assert MANIFEST["issue_tracker"] == f"{repository}/issues"
    assert MANIFEST["codeowners"] == [f"@{owner}"]

    addresses = found(
        r"https://github\.com/"
        r"(?:[\w-]*barco-pulse[\w-]*/[\w-]+|[\w-]+/home-assistant-barco-pulse)"
    )
    assert set(addresses) == {repository}
    assert "README.md" in addresses[repository]
    assert set(found(r"(?<![\w.])@[\w-]*barco-pulse[\w-]*")) == {f"@{owner}"}


def test_oldest_home_assistant() -> None:
    """HACS and the reader are told the same."""
    oldest = load("hacs.json")["homeassistant"]
    readme = (ROOT / "README.md").read_text()
    assert re.findall(r"Home Assistant (\d{4}\.\d+(?:\.\d+)?)", readme) == [oldest]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.*])/(?:work|root|home)/\w+",
        r"\bpypi\.(?:org|python)|files\.pythonhosted\.",
        r"\bregistry\.(?:npmjs|yarnpkg)\.",
        r"\b(?:deb|security|snapshot|ftp\.\w+)\.debian\.org",
    ],
)
def test_names_nothing_of_the_machine_it_was_made_on(pattern: str) -> None:
    """Neither a folder nor where packages came from."""
    assert found(pattern) == {}


# Words and icons


@pytest.mark.parametrize(("place", "text"), texts(WORDS))
def test_text(place: str, text: str) -> None:
    """What hassfest accepts: trimmed, no HTML, no address, no quoted placeholder."""
    assert text == text.strip() != ""
    assert not re.search(r"<[a-z/]|https?://|'\{\w+\}'", text)


def test_config_flow_words() -> None:
    """Every error, abort and step has words, and no words are left over."""
    assigned = {
        node.value.value
        for node in ast.walk(SOURCES["config_flow"])
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]).startswith("errors[")
        and isinstance(node.value, ast.Constant)
    }
    config = WORDS["config"]
    assert set(config["error"]) == assigned | table("config_flow")
    assert set(config["step"]) == keywords("config_flow", "step_id")
    # Two reasons are given by Home Assistant's own helpers.
    assert set(config["abort"]) == keywords("config_flow", "reason") | {
        "already_configured",
        "reauth_successful",
    }


@pytest.mark.parametrize("step", WORDS["config"]["step"].values())
def test_every_field_has_a_description(step: dict[str, dict[str, str]]) -> None:
    """A name alone does not say what to type in."""
    assert set(step["data"]) == set(step["data_description"])


def test_exception_words() -> None:
    """Every exception has a message, and no message is left over."""
    raised = set().union(*(keywords(name, "translation_key") for name in SOURCES))
    messages = WORDS["exceptions"]
    assert set(messages) == raised | table("coordinator")
    assert all(set(message) == {"message"} for message in messages.values())


def test_entity_words() -> None:
    """Every entity has a name but the one that is named after the device."""
    named = {
        platform: {row.key for row in rows if row.name is not None}
        for platform, rows in ROWS.items()
    }
    assert {platform: set(words) for platform, words in WORDS["entity"].items()} == {
        platform: keys for platform, keys in named.items() if keys
    }
    assert all(
        words["name"]
        for entities in WORDS["entity"].values()
        for words in entities.values()
    )


@pytest.mark.parametrize(
    "row", [row for row in SENSORS if row.device_class == "enum"], ids=lambda r: r.key
)
def test_state_words(row: PulseEntityDescription) -> None:
    """Every state that an enumeration may take has words, and no words are left over."""
    options = {o.lower() for name in row.names for o in PROPERTIES[name].options}
    assert set(WORDS["entity"]["sensor"][row.key]["state"]) == options


def test_icons() -> None:
    """Icons are for entities and states that exist, and from the set there is."""
    for platform, entities in ICONS["entity"].items():
        assert set(entities) <= {row.key for row in ROWS[platform]}
        for key, icons in entities.items():
            states = WORDS["entity"][platform][key].get("state", {})
            assert set(icons.get("state", {})) <= set(states)
    assert all(re.fullmatch(r"mdi:[a-z0-9-]+", icon) for _, icon in texts(ICONS))


def test_every_entity_has_an_icon() -> None:
    """From its device class or from us."""
    for platform, rows in ROWS.items():
        icons = ICONS["entity"].get(platform, {})
        assert not [
            row.key
            for row in rows
            if row.key not in icons and row.device_class in (None, "enum")
        ]


# Floors


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield level and name of everything that a module imports from."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def neighbours(name: str) -> set[str]:
    """Return the files of the integration that one of them imports."""
    return {module for level, module in imported(SOURCES[name]) if level}


def test_every_file_has_its_floor() -> None:
    """Whoever adds a file says where it stands."""
    assert set(SOURCES) == set(FLOORS)


@pytest.mark.parametrize("name", SOURCES)
def test_imports_point_down(name: str) -> None:
    """Only the second and the third floor have several rooms, which have doors."""
    shared = 1 if FLOORS[name] in (2, 3) else 0
    assert all(FLOORS[other] < FLOORS[name] + shared for other in neighbours(name))


def test_no_circles() -> None:
    """Not between the rooms of a floor either."""
    TopologicalSorter({name: neighbours(name) for name in SOURCES}).prepare()


@pytest.mark.parametrize("name", [n for n, floor in FLOORS.items() if 1 <= floor <= 3])
def test_no_home_assistant_below_the_fourth_floor(name: str) -> None:
    """The projector can be talked to from anywhere."""
    roots = {
        module.split(".")[0] for level, module in imported(SOURCES[name]) if not level
    }
    assert roots.isdisjoint({"homeassistant", "custom_components", "voluptuous"})
