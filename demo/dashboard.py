"""One view per projector, made of whatever entities it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

type Card = dict[str, Any]
type View = dict[str, Any]

SECTIONS = ("Control", "State", "Settings", "Diagnostics")
READINGS = ("sensor", "binary_sensor", "event", "image")

# Controls that fit into the tile of an entity, by its domain.
FEATURES: dict[str, list[Card]] = {
    "number": [{"type": "numeric-input", "style": "slider"}],
    "select": [{"type": "select-options"}],
    "switch": [{"type": "toggle"}],
}


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as far as its place on the dashboard depends on it."""

    entity_id: str
    category: str | None

    @property
    def domain(self) -> str:
        """The part before the dot."""
        return self.entity_id.partition(".")[0]

    @property
    def section(self) -> str:
        """The heading it belongs under."""
        if self.category == "config":
            return "Settings"
        if self.category == "diagnostic":
            return "Diagnostics"
        return "State" if self.domain in READINGS else "Control"


def view(title: str, path: str, entities: Iterable[Entity]) -> View:
    """Build the view of one projector."""
    placed: dict[str, list[Card]] = {name: [] for name in SECTIONS}
    for entity in sorted(entities, key=_rank):
        placed[entity.section].append(_card(entity))
    placed["State"].append(_logbook(placed["Control"][:1] + placed["State"]))
    return {
        "type": "sections",
        "title": title,
        "path": path,
        "max_columns": len(SECTIONS),
        "sections": [
            {"type": "grid", "cards": [{"type": "heading", "heading": name}, *cards]}
            for name, cards in placed.items()
            if cards
        ],
    }


def entity_ids(shown: View) -> set[str]:
    """Return the entities that a view shows."""
    return {
        card["entity"]
        for section in shown.get("sections", ())
        for card in section.get("cards", ())
        if "entity" in card
    }


def _rank(entity: Entity) -> int:
    """Sort by kind, the most used first; within a kind as the integration has them."""
    domains = ("media_player", "switch", "select", "number", "remote", *READINGS)
    known = entity.domain in domains
    return domains.index(entity.domain) if known else len(domains)


def _card(entity: Entity) -> Card:
    """Return the card of one entity."""
    if entity.domain == "media_player":
        return {"type": "media-control", "entity": entity.entity_id}
    card: Card = {
        "type": "tile",
        "entity": entity.entity_id,
        # The view says already which device it is.
        "name": {"type": "entity"},
        "grid_options": {"columns": 12},
    }
    if features := FEATURES.get(entity.domain):
        card |= {"features": features, "features_position": "inline"}
    return card


def _logbook(cards: Iterable[Card]) -> Card:
    """Return a card with what happened in the last hour to what other cards show."""
    shown = [card["entity"] for card in cards]
    return {"type": "logbook", "hours_to_show": 1, "target": {"entity_id": shown}}
