"""Manifest, repository and layout."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
import json
from pathlib import Path
import re
import subprocess
import sys
import tomllib

from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_dhcp, async_get_ssdp
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .words import INTEGRATION, MANIFEST, SOURCES

ROOT = Path(__file__).parents[1]


def project_files() -> Iterator[Path]:
    """Yield every text file of the project, committed or not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    yield from filter(Path.is_file, (ROOT / n for n in names.decode().split("\0") if n))


def found(pattern: str) -> dict[str, set[str]]:
    """Return the matches of a pattern in the project's files."""
    matches: dict[str, set[str]] = {}
    for path in project_files():
        for match in re.finditer(pattern, path.read_text(errors="replace")):
            matches.setdefault(match[0], set()).add(str(path.relative_to(ROOT)))
    return matches


# Manifest and repository


def test_manifest() -> None:
    """Have all fields that hassfest and HACS require, in the order of hassfest."""
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
    assert MANIFEST["dependencies"] == ["network"]  # sends the magic packets
    assert MANIFEST["domain"] == DOMAIN == INTEGRATION.name
    assert MANIFEST["iot_class"] == "local_push"


async def test_discovery_in_the_manifest(hass: HomeAssistant) -> None:
    """List the SSDP and DHCP matchers."""
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
    """Use one version in all files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == project["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])


def test_repository_address() -> None:
    """Use one repository address everywhere, so that one replacement is enough."""
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

    # This link opens HACS before Home Assistant 2026.11, and its Marketplace since.
    name = repository.split("/")[-1]
    link = "https://my.home-assistant.io/redirect/hacs_repository/"
    parameters = f"?owner={owner}&repository={name}&category=integration"
    links = found(r"https://my\.home-assistant\.io/redirect/\w+_repository/\?[\w&=-]+")
    assert links == {link + parameters: {"README.md"}}


def test_oldest_home_assistant() -> None:
    """Run the tests on the oldest supported release."""
    oldest = json.loads((ROOT / "hacs.json").read_text())["homeassistant"]
    readme = (ROOT / "README.md").read_text()
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert f"homeassistant=={oldest}" in project["dependency-groups"]["test"]
    assert re.findall(r"Requires Home Assistant (\S+) or newer", readme) == [oldest]
    assert re.findall(r"the oldest supported, ([\d.]+\d)", contributing) == [oldest]
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
def test_no_local_paths(pattern: str) -> None:
    """Contain no local folder or package index."""
    assert found(pattern) == {}


# Layout


def imported(name: str) -> set[str]:
    """Return the modules of the integration that a module imports."""
    found = set()
    for node in ast.walk(SOURCES[name]):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        folder = name.removesuffix(".__init__").split(".")
        if not name.endswith("__init__"):
            folder = folder[:-1]
        folder = folder[: len(folder) + 1 - node.level]
        modules = [node.module] if node.module else [a.name for a in node.names]
        found |= {".".join([*folder, module]) for module in modules}
    return found


def test_no_import_cycles() -> None:
    """Import no module in a cycle."""
    TopologicalSorter({name: imported(name) for name in SOURCES}).prepare()


def test_few_layers() -> None:
    """Have at most 7 layers of imports on the Home Assistant side."""
    outside = {name for name in SOURCES if not name.startswith("pulse.")}

    @cache
    def layer(name: str) -> int:
        below = imported(name) & outside - {name}
        return 1 + max(map(layer, below), default=0)

    assert max(map(layer, outside)) <= 7


def test_home_assistant_uses_the_public_client() -> None:
    """The Home Assistant side imports only what `pulse/__init__.py` exports."""
    outside = {name for name in SOURCES if not name.startswith("pulse.")}
    used = {module for name in outside for module in imported(name)}
    assert not [module for module in used if module.startswith("pulse.")]


def test_client_imports_nothing_above() -> None:
    """The client imports nothing of the Home Assistant side."""
    inside = {name for name in SOURCES if name.startswith("pulse.")}
    used = {module for name in inside for module in imported(name)}
    assert not [module for module in used if not module.startswith("pulse.")]


def test_client_needs_no_home_assistant() -> None:
    """Import the client without Home Assistant."""
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(INTEGRATION)!r})\n"
        "import pulse\n"
        "print([name for name in sys.modules"
        " if name.startswith(('homeassistant', 'voluptuous', 'custom_components'))])"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert found.strip() == "[]"
