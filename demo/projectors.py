"""The dashboard of the running Home Assistant: two views for each of its projectors."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from .client import DOMAIN, WebSocket
from .dashboard import REMOTE, TEMPLATE, View, entity_ids, view

DASHBOARD = "demo-projectors"
PATH_PREFIX = "projector-"

# Entities come in a burst when a projector is added or switched on.
QUIET_SECONDS = 1.0


async def keep_dashboard(home_assistant: WebSocket) -> None:
    """Bring the dashboard up to date whenever entities come and go.

    Returns when Home Assistant closes the connection.
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
    """Give each projector views with the entities it has now.

    A view that shows these already stays as a person may have changed it.
    """
    shown = await _shown_views(home_assistant)
    present = {each.get("path"): each for each in shown}
    views = [
        old
        if (old := present.get(path)) and entity_ids(old) == entity_ids(new)
        else new
        for path, new in (await _wanted_views(home_assistant)).items()
    ]
    # The rest are views that a person added.
    views += [
        each for each in shown if not str(each.get("path")).startswith(PATH_PREFIX)
    ]
    if views != shown:
        await home_assistant.call(
            "lovelace/config/save", url_path=DASHBOARD, config={"views": views}
        )


async def _shown_views(home_assistant: WebSocket) -> list[View]:
    """Return the views of the dashboard, making it at the first time."""
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
    # The page that the plain address opens.
    await home_assistant.call(
        "frontend/set_system_data", key="core", value={"default_panel": DASHBOARD}
    )
    return []


async def _wanted_views(home_assistant: WebSocket) -> dict[str, View]:
    """Return the views that each projector should have, by their paths."""
    entities: defaultdict[str, set[str]] = defaultdict(set)
    for entry in await home_assistant.call("config/entity_registry/list"):
        if entry["platform"] == DOMAIN and not _put_away(entry):
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
    """Return what the entities of one device begin with: its media player is that."""
    for entity_id in entities:
        domain, _, name = entity_id.partition(".")
        if domain == "media_player":
            yield name


def _put_away(entry: dict[str, Any]) -> bool:
    """Whether an entity is disabled or hidden."""
    return entry["disabled_by"] is not None or entry["hidden_by"] is not None
