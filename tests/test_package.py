"""The parts that nothing runs: manifest, repository, and who imports whom."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
import json
from pathlib import Path
import re
import subprocess
import tomllib

from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_dhcp, async_get_ssdp
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .words import INTEGRATION, MANIFEST, SOURCES

ROOT = Path(__file__).parents[1]

FLOORS = {
    "const": 0,
    "bounds": 0,
    "decoder": 1,
    "protocol": 1,
    "shared": 1,
    "api": 2,
    "connection": 2,
    "credentials": 2,
    "oneshot": 2,
    "absent": 3,
    "blocks": 3,
    "catalogue": 3,
    "clock": 3,
    "discovery": 3,
    "identity": 3,
    "introspection": 3,
    "keys": 3,
    "latest": 3,
    "life": 3,
    "link": 3,
    "listed": 3,
    "names": 3,
    "pace": 3,
    "phase": 3,
    "power": 3,
    "projector": 3,
    "publisher": 3,
    "replica": 3,
    "settings": 3,
    "signals": 3,
    "snapshot": 3,
    "upkeep": 3,
    "values": 3,
    "pending": 3,
    "audience": 4,
    "coordinator": 4,
    "device": 4,
    "errors": 4,
    "handover": 4,
    "listeners": 4,
    "memory": 4,
    "pick": 4,
    "readings": 4,
    "roster": 4,
    "rows": 4,
    "wake": 4,
    "waker": 4,
    "entity": 5,
    "known": 5,
    "meters": 5,
    "probe": 5,
    "targets": 5,
    "binary_sensor": 6,
    "button": 6,
    "event": 6,
    "image": 6,
    "media_player": 6,
    "number": 6,
    "remote": 6,
    "select": 6,
    "sensor": 6,
    "switch": 6,
    "condition": 6,
    "trigger": 6,
    "follow": 6,
    "guard": 5,
    "issues": 6,
    "manual_flow": 6,
    "migration": 6,
    "options_flow": 6,
    "peers": 6,
    "repairs": 6,
    "services": 6,
    "privacy": 5,
    "diagnostics": 6,
    "config_flow": 7,
    "__init__": 7,
}
"""Which file stands on which floor; platforms stand on entity.py."""


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


# Manifest and repository


def test_manifest() -> None:
    """What hassfest and HACS ask for is there, in hassfest's order."""
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    assert set(keys) >= {
        "categories",
        "codeowners",
        "config_flow",
        "connectivity",
        "documentation",
        "integration_type",
        "iot_class",
        "issue_tracker",
        "requirements",
        "version",
    }
    assert MANIFEST["dependencies"] == ["network"]  # what sends the signal to wake
    assert MANIFEST["domain"] == DOMAIN == INTEGRATION.name
    assert MANIFEST["iot_class"] == "local_push"


async def test_what_is_to_be_found(hass: HomeAssistant) -> None:
    """Home Assistant reads it, and knows what to look for."""
    dhcp = [m for m in await async_get_dhcp(hass) if m["domain"] == DOMAIN]
    assert dhcp == [{"domain": DOMAIN, **matcher} for matcher in MANIFEST["dhcp"]]
    assert {"registered_devices": True} in MANIFEST["dhcp"]
    for matcher in MANIFEST["dhcp"]:
        assert re.fullmatch(r"[0-9A-F]{6}\*", matcher.get("macaddress", "000000*"))
    projector = "urn:schemas-upnp-org:device:projector:1"
    assert (await async_get_ssdp(hass))[DOMAIN] == [
        {"deviceType": projector},
        {"st": projector},
    ]


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

    # The one link that opens HACS before Home Assistant 2026.11, and its Marketplace since.
    name = repository.split("/")[-1]
    link = "https://my.home-assistant.io/redirect/hacs_repository/"
    parameters = f"?owner={owner}&repository={name}&category=integration"
    links = found(r"https://my\.home-assistant\.io/redirect/\w+_repository/\?[\w&=-]+")
    assert links == {link + parameters: {"README.md"}}


def test_oldest_home_assistant() -> None:
    """What is promised is the release that the tests run on."""
    oldest = json.loads((ROOT / "hacs.json").read_text())["homeassistant"]
    readme = (ROOT / "README.md").read_text()
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert f"homeassistant=={oldest}" in project["dependency-groups"]["test"]
    assert re.findall(r"Requires Home Assistant (\S+) or newer", readme) == [oldest]
    assert re.findall(r"that we promise, ([\d.]+\d)", contributing) == [oldest]
    for blueprint in ROOT.glob("blueprints/**/*.yaml"):
        assert f"    min_version: {oldest}\n" in blueprint.read_text(), blueprint


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


# Floors


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield level and name of everything that a module imports from."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module] if node.module else [a.name for a in node.names]
            yield from ((node.level, module) for module in modules)


def neighbours(name: str) -> set[str]:
    """Return the files of the integration that one of them imports."""
    return {module for level, module in imported(SOURCES[name]) if level}


def test_every_file_has_its_floor() -> None:
    """Whoever adds a file says where it stands."""
    assert set(SOURCES) == set(FLOORS)


@pytest.mark.parametrize("name", SOURCES)
def test_imports_point_down(name: str) -> None:
    """Floors one to four have several rooms, which have doors."""
    shared = 1 if FLOORS[name] in (1, 2, 3, 4) else 0
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
