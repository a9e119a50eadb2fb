"""The dashboard in Home Assistant, with two views for each projector."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from .client import DOMAIN, WebSocket
from .dashboard import REMOTE, TEMPLATE, View, entity_ids, view

DASHBOARD = "demo-projectors"
PATH_PREFIX = "projector-"

# Many entities change at once when a projector is added or switched on.
QUIET_SECONDS = 1.0


async def keep_dashboard(home_assistant: WebSocket) -> None:
    """Update the dashboard after each change of the entity registry.

    Return when Home Assistant closes the connection.
    """
    await home_assistant.call("subscribe_events", event_type="entity_registry_updated")
    connected = True
    while connected:
        await update_dashboard(home_assistant)
        connected = await home_assistant.event()
        with suppress(TimeoutError):
            while connected:
                connected = await home_assistant.event(QUIET_SECONDS)


async def update_dashboard(home_assistant: WebSocket) -> None:
    """Update the views of each projector to its current entities.

    A view that already has these entities is kept, because the user may have edited it.
    """
    current_views = await _shown_views(home_assistant)
    present = {each.get("path"): each for each in current_views}
    views = [
        old
        if (old := present.get(path)) and entity_ids(old) == entity_ids(new)
        else new
        for path, new in (await _current_views(home_assistant)).items()
    ]
    # The rest are views of the user.
    views += [
        each
        for each in current_views
        if not str(each.get("path")).startswith(PATH_PREFIX)
    ]
    if views != current_views:
        await home_assistant.call(
            "lovelace/config/save", url_path=DASHBOARD, config={"views": views}
        )


async def _shown_views(home_assistant: WebSocket) -> list[View]:
    """Return the views of the dashboard; create it if necessary."""
    dashboards = await home_assistant.call("lovelace/dashboards/list")
    if any(dashboard["url_path"] == DASHBOARD for dashboard in dashboards):
        config = await home_assistant.call("lovelace/config", url_path=DASHBOARD)
        views: list[View] = config["views"]
        return views
    await home_assistant.call(
        "lovelace/dashboards/create",
        url_path=DASHBOARD,
        title="Projectors",
        icon="mdi:projector",
    )
    # The page at the root URL.
    await home_assistant.call(
        "frontend/set_system_data", key="core", value={"default_panel": DASHBOARD}
    )
    return []


async def _current_views(home_assistant: WebSocket) -> dict[str, View]:
    """Return the current views of all projectors by path."""
    entities: defaultdict[str, set[str]] = defaultdict(set)
    for entry in await home_assistant.call("config/entity_registry/list"):
        if entry["platform"] == DOMAIN and not _is_hidden(entry):
            entities[entry["device_id"]].add(entry["entity_id"])
    devices = await home_assistant.call("config/device_registry/list")
    return {
        built["path"]: built
        for device in devices
        if (found := entities.get(device["id"]))
        for name in _names(found)
        for template in (TEMPLATE, REMOTE)
        for title in [device["name_by_user"] or device["name"]]
        for built in [view(template, title, PATH_PREFIX + device["id"], name, found)]
    }


def _names(entities: Iterable[str]) -> Iterator[str]:
    """Yield the prefix of a device's entity IDs, which is its media player's."""
    for entity_id in entities:
        domain, _, name = entity_id.partition(".")
        if domain == "media_player":
            yield name


def _is_hidden(entry: dict[str, Any]) -> bool:
    """Return whether an entity is disabled or hidden."""
    return entry["disabled_by"] is not None or entry["hidden_by"] is not None
