"""Actions."""

from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant, ServiceResponse
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, SetUp, SetUpProjector, StartProjector, set_faults
from .observe import record_requests

BRIGHTNESS = "image.brightness"
FOR_ADMINISTRATORS: dict[str, dict[str, Any]] = {
    "get_property": {"property": BRIGHTNESS},
    "set_property": {"property": BRIGHTNESS, "value": 0.5},
    "call_method": {"method": "system.activity"},
}
"""Actions and their data."""


async def call(
    home: Home, action: str, *, answered: bool = True, **data: Any
) -> ServiceResponse:
    """Call an action of the integration."""
    return await home.hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=answered
    )


async def test_actions_without_an_entry(hass: HomeAssistant) -> None:
    """Register the actions without an entry."""
    assert await async_setup_component(hass, DOMAIN, {})

    assert set(hass.services.async_services_for_domain(DOMAIN)) == {
        "activate_preset",
        "assign_preset",
        "call_method",
        "dismiss_notification",
        "get_property",
        "set_property",
    }


READ = [
    ("system.modelname", "Hodr CS"),
    (BRIGHTNESS, 0),
    (
        "profile.profiles",
        ["HDR 260 HDMI", "HDR 260 DP", "SDR Cinema", "Gaming", "Café"],
    ),
    ("image.source.hdmi.layout", {"rows": 1, "columns": 1, "planes": 1}),
]


async def test_get_property(setup_projector: SetUpProjector) -> None:
    """Read any property, with or without an entity."""
    home = await setup_projector("hdr_cs", state="on")

    for name, value in READ:
        response = await call(home, "get_property", property=f" {name} ")

        assert response == {"property": name, "value": value}


WRITTEN: list[tuple[str, Any]] = [
    (BRIGHTNESS, 0.5),
    ("image.sharpness", 3),
    ("image.processing.warp.enable", True),
    ("image.orientation", "DESKTOP_FRONT"),
    ("ui.language", "nl"),
]


@pytest.mark.parametrize("answered", [True, False])
async def test_set_property(setup_projector: SetUpProjector, answered: bool) -> None:
    """Return the new value, if the caller wants a response."""
    home = await setup_projector("hdr_cs", state="on")
    requests = record_requests(home.projector, "property.set")

    for name, value in WRITTEN:
        requests.clear()
        response = await call(
            home, "set_property", property=name, value=value, answered=answered
        )

        assert requests == [("property.set", {"property": name, "value": value})]
        assert type(requests[0][1]["value"]) is type(value)
        assert home.projector.get(name) == value
        assert response == ({"property": name, "value": value} if answered else None)


async def test_set_property_updates_the_entity(setup_projector: SetUpProjector) -> None:
    """Update the entity of the property."""
    home = await setup_projector("hdr_cs", state="on")

    await call(home, "set_property", property=BRIGHTNESS, value=0.5)

    await home.until("number.brightness", "0.5")


@pytest.mark.parametrize(
    ("method", "data", "result"),
    [
        ("optics.zoom.stepforward", {"params": {"steps": 3}}, None),
        ("lightmeasurement.getlightoutput", {}, 28500),
        ("dmx.listmodes", {}, ["Basic", "Extended"]),
        ("statistics.uptime.getunit", {"params": {}}, "seconds"),
    ],
)
async def test_call_method(
    setup_projector: SetUpProjector, method: str, data: dict[str, Any], result: Any
) -> None:
    """Send parameters and return the result."""
    home = await setup_projector("udx", state="on")
    requests = record_requests(home.projector, method)

    response = await call(home, "call_method", method=method, **data)

    assert response == {"method": method, "result": result}
    assert requests == [(method, data.get("params"))]


@pytest.mark.parametrize(("action", "data"), FOR_ADMINISTRATORS.items())
async def test_for_administrators_only(
    setup_projector: SetUpProjector,
    hass_read_only_user: User,
    action: str,
    data: dict[str, Any],
) -> None:
    """Send nothing for other users."""
    home = await setup_projector("udx", state="on")
    before = home.projector.counters.requests.total()

    with pytest.raises(Unauthorized):
        await home.hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
            return_response=True,
        )

    assert home.projector.counters.requests.total() == before


@pytest.mark.parametrize(
    ("action", "data", "fault", "key"),
    [
        ("get_property", {"property": "no.such.thing"}, {}, "unknown_property"),
        ("set_property", {"property": BRIGHTNESS, "value": 5}, {}, "refused_value"),
        (
            "set_property",
            {"property": BRIGHTNESS, "value": 0},
            {"busy": True},
            "busy",
        ),
        ("set_property", {"property": "system.state", "value": "on"}, {}, "read_only"),
        ("call_method", {"method": "system.poweroff"}, {"busy": True}, "busy"),
        ("get_property", {"property": BRIGHTNESS}, {"silence": True}, "no_answer"),
    ],
)
@pytest.mark.usefixtures("short_timeouts")
async def test_refusal(
    setup_projector: SetUpProjector,
    action: str,
    data: dict[str, Any],
    fault: dict[str, bool],
    key: str,
) -> None:
    """Raise a translated error with the user's name for the projector.

    The projector's own words are in the diagnostics.
    """
    home = await setup_projector("hdr_cs", state="on")
    home.rename("Hall")
    set_faults(home.projector, fault)

    with pytest.raises(HomeAssistantError) as refusal:
        await call(home, action, **data)

    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == key
    assert refusal.value.translation_placeholders is not None
    assert refusal.value.translation_placeholders["projector"] == "Hall"
    assert len(home.entry.runtime_data.refusals) == 1


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_property", {}),
        ("get_property", {"property": " "}),
        ("get_property", {"property": "x" * 201}),
        ("set_property", {"property": BRIGHTNESS}),
        ("call_method", {}),
        ("dismiss_notification", {"notification_id": "1", "response": "maybe"}),
        ("assign_preset", {"preset": 30, "profile": "Café"}),
        ("assign_preset", {"preset": -1, "profile": "Café"}),
    ],
)
async def test_invalid_data(
    hass: HomeAssistant, action: str, data: dict[str, Any]
) -> None:
    """Raise an error without a request."""
    assert await async_setup_component(hass, DOMAIN, {})

    with pytest.raises(vol.Invalid):
        await hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response="get" in action
        )


async def test_entry_is_required_for_several_projectors(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Require the entry if there are several projectors."""
    homes = []
    for model in ("hdr_cs", "udx"):
        projector = await start_projector(model, state="on")
        homes.append(Home(hass, projector, await set_up(projector)))

    for home in homes:
        response = await call(
            home,
            "get_property",
            property="system.modelname",
            config_entry_id=home.entry.entry_id,
        )
        assert response is not None
        assert response["value"] == home.projector.get("system.modelname")
    with pytest.raises(ServiceValidationError):
        await call(homes[0], "get_property", property="system.modelname")


async def test_unknown_entry(setup_projector: SetUpProjector) -> None:
    """Raise an error for an unknown entry, or one that is not loaded."""
    home = await setup_projector("udx")
    name = "system.modelname"
    with pytest.raises(ServiceValidationError) as refusal:
        await call(home, "get_property", config_entry_id="nonsense", property=name)
    assert refusal.value.translation_key == "service_config_entry_not_found"

    await home.unload()

    entry_id = home.entry.entry_id
    with pytest.raises(ServiceValidationError) as refusal:
        await call(home, "get_property", config_entry_id=entry_id, property=name)
    assert refusal.value.translation_key == "service_config_entry_not_loaded"
