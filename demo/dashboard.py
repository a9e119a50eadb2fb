"""The views of docs/dashboard*.yaml for a projector, with what this one has."""

from collections.abc import Collection
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import parse_yaml

from .settings import NAME, REPOSITORY

type View = dict[str, Any]

TEMPLATE = REPOSITORY / "docs" / "dashboard.yaml"
REMOTE = REPOSITORY / "docs" / "dashboard-remote.yaml"

_ENTITY = re.compile(rf"\b([a-z_]+\.){NAME}(_[a-z_]+)?\b")


def view(
    template: Path, title: str, path: str, name: str, entities: Collection[str]
) -> View:
    """Build a view of a projector.

    Args:
        template: what it is made of.
        title: what the projector is called.
        path: what its views begin with in the address.
        name: what its entity ids begin with, after the dot.
        entities: the ids of those it has; cards of others are left out.
    """
    text = _ENTITY.sub(rf"\g<1>{name}\g<2>", template.read_text())
    built: View = _only(parse_yaml(text), entities)
    named = {
        "title": built["title"].replace(NAME.capitalize(), title),
        "path": built["path"].replace(NAME, path),
    }
    return built | named


def entity_ids(shown: Any) -> set[str]:
    """Return the entities that a view shows."""
    found: set[str] = set()
    if isinstance(shown, list):
        found.update(*map(entity_ids, shown))
    elif isinstance(shown, dict):
        found.update(*map(entity_ids, shown.values()))
        if isinstance(entity := shown.get("entity"), str):
            found.add(entity)
    return found


def _only(part: Any, entities: Collection[str]) -> Any:
    """Leave out what shows other entities."""
    if isinstance(part, dict):
        return {key: _only(value, entities) for key, value in part.items()}
    if isinstance(part, list):
        return [
            _only(each, entities)
            for each in part
            if not isinstance(each, dict)
            or each.get("entity") is None
            or each["entity"] in entities
        ]
    return part
