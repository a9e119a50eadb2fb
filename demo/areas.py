"""The areas and the person in the demo."""

from .client import DOMAIN, WebSocket

USER = "00000000000000000000000000000001"
"""The ID of the user in storage/auth.json."""
CINEMA_AREA = "Home theater"
AREAS = (CINEMA_AREA, "Museum")


async def create_areas(home_assistant: WebSocket) -> None:
    """Create the areas and the person, and assign existing projectors to the first area."""
    await home_assistant.call("person/create", name="Demo", user_id=USER)
    areas = {
        name: (await home_assistant.call("config/area_registry/create", name=name))[
            "area_id"
        ]
        for name in AREAS
    }
    entities = await home_assistant.call("config/entity_registry/list")
    for device_id in {e["device_id"] for e in entities if e["platform"] == DOMAIN}:
        await home_assistant.call(
            "config/device_registry/update",
            device_id=device_id,
            area_id=areas[CINEMA_AREA],
        )
