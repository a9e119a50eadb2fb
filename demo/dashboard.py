"""Views from docs/dashboard*.yaml, with the entities of a projector."""

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
    """Return a view of a projector.

    Args:
        template: The file with the view of the example projector.
        title: The name of the projector.
        path: The prefix of the view's path.
        name: The prefix of the projector's entity IDs, after the dot.
        entities: The entity IDs of the projector; other cards are removed.
    """
    text = _ENTITY.sub(rf"\g<1>{name}\g<2>", template.read_text())
    built: View = _only(parse_yaml(text), entities)
    named = {
        "title": built["title"].replace(NAME.capitalize(), title),
        "path": built["path"].replace(NAME, path),
    }
    return built | named


def entity_ids(config: Any) -> set[str]:
    """Return the entities in a view."""
    found: set[str] = set()
    if isinstance(config, list):
        found.update(*map(entity_ids, config))
    elif isinstance(config, dict):
        found.update(*map(entity_ids, config.values()))
        if isinstance(entity := config.get("entity"), str):
            found.add(entity)
    return found


def _only(part: Any, entities: Collection[str]) -> Any:
    """Remove cards of other entities."""
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
