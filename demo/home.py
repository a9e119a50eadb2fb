"""The home around the demo's projectors: two areas, and who lives there."""

from .client import DOMAIN, WebSocket

USER = "00000000000000000000000000000001"
"""The user in storage/auth.json."""
OF_CINEMA = "Home theater"
AREAS = (OF_CINEMA, "Museum")


async def furnish(home_assistant: WebSocket) -> None:
    """Make the areas and the person, and put the projectors that are there in the first."""
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
            area_id=areas[OF_CINEMA],
        )
