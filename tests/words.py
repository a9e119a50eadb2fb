"""The texts, icons and manifest, and what the code refers to."""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

from custom_components.barco_pulse import PLATFORMS
from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.entity_description import DescriptionTables

INTEGRATION = Path(__file__).parents[1] / "custom_components" / DOMAIN
SOURCES = {
    ".".join(path.relative_to(INTEGRATION).with_suffix("").parts): ast.parse(
        path.read_text()
    )
    for path in INTEGRATION.rglob("*.py")
}
"""The modules of the integration by their names, such as "sensor" or "pulse.api"."""
ACTIONS = load_yaml_dict(str(INTEGRATION / "services.yaml"))
TRIGGERS, CONDITIONS = (
    {key: value for key, value in load_yaml_dict(str(path)).items() if key[0] != "."}
    for path in (INTEGRATION / "triggers.yaml", INTEGRATION / "conditions.yaml")
)
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
ICONS = json.loads((INTEGRATION / "icons.json").read_text())
WORDS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((INTEGRATION / "translations").glob("*.json"))
}
ENGLISH = WORDS["en"]
TABLES: DescriptionTables = {
    platform: import_module(f"custom_components.{DOMAIN}.{platform}").get_descriptions
    for platform in PLATFORMS
}


def texts(humanize: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with the path to it."""
    for key, value in humanize.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from texts(value, f"{path}{key}.")


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a text."""
    return set(re.findall(r"{(\w*)}", text))


def entities(of: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts or icons of all entities, by platform and translation key."""
    return {
        f"{platform}.{key}": value
        for platform, keys in of["entity"].items()
        for key, value in keys.items()
    }


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
    """Return the second members of all pairs in a module that are texts."""
    pairs = (n.elts for n in ast.walk(SOURCES[module]) if isinstance(n, ast.Tuple))
    return {
        key.value
        for _, key in (pair for pair in pairs if len(pair) == 2)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def translation_keys(module: str, value: ast.expr | None) -> set[str]:
    """Return the possible values of an expression for a translation key."""
    match value:
        case ast.Constant(value=str(key)):
            return {key}
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), _]):
            return {f"{prefix}{key}" for key in table(module)}
        case _:
            return table(module)


def translated_calls(
    argument: str, *, elsewhere: str = ""
) -> Iterator[tuple[str, set[str]]]:
    """Yield key and placeholders of each call that has a key and this argument.

    The module `elsewhere` is left out.
    """
    for module, tree in SOURCES.items():
        if module == elsewhere:
            continue
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            if argument not in given:
                continue
            filled_in = given.get("translation_placeholders")
            parts = filled_in.keys if isinstance(filled_in, ast.Dict) else ()
            names = {ast.literal_eval(part) for part in parts if part}
            for key in translation_keys(module, given.get("translation_key")):
                yield key, names
