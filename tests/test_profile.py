"""Presets and profiles. The last one is shown, because none is reported."""

from typing import Any

from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, SetUpProjector
from .observe import record_requests

pytestmark = pytest.mark.usefixtures("profile_enabled")

PRESET = "select.preset"
PROFILE = "select.profile"
PRESETS = ["0: HDR 260 HDMI", "1: HDR 260 DP", "2: SDR Cinema", "5: Gaming"]
PROFILES = ["HDR 260 HDMI", "HDR 260 DP", "SDR Cinema", "Gaming", "Café"]
NO_PRESETS = [[slot, ""] for slot in range(30)]


async def select(home: Home, name: str, option: str) -> None:
    """Select a preset or a profile."""
    await home.act("select_option", name, option=option)


async def assign(home: Home, preset: int, profile: str | None = None) -> None:
    """Call the action that assigns a profile to a preset, or clears the preset."""
    data = {"preset": preset} | ({} if profile is None else {"profile": profile})
    await home.hass.services.async_call(DOMAIN, "assign_preset", data, blocking=True)


@pytest.mark.parametrize(
    ("name", "options", "option", "request_", "laser_power"),
    [
        (PRESET, PRESETS, "5: Gaming", ("profile.activatepreset", 5), "80"),
        (
            PROFILE,
            PROFILES,
            "SDR Cinema",
            ("profile.activateprofile", "SDR Cinema"),
            "45",
        ),
        (PROFILE, PROFILES, "Café", ("profile.activateprofile", "Café"), "75"),
    ],
)
async def test_select(
    setup_projector: SetUpProjector,
    name: str,
    options: list[str],
    option: str,
    request_: tuple[str, Any],
    laser_power: str,
) -> None:
    """Offer the listed options, and activate the selected one."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.attribute(name, "options") == options
    requests = record_requests(home.projector, request_[0])

    await select(home, name, option)

    assert requests == [request_]
    assert home.value(name) == option
    await home.until("number.laser_power", laser_power)


@pytest.mark.parametrize(
    ("preset", "name", "shown"),
    [
        ("5: Gaming", PRESET, "5: Gaming"),
        (5, PRESET, "5: Gaming"),
        (" sdr  cinema", PRESET, "2: SDR Cinema"),
        ("Café", PROFILE, "Café"),
    ],
)
async def test_action(
    setup_projector: SetUpProjector, preset: object, name: str, shown: str
) -> None:
    """Activate a preset by label, number or profile, or a profile without a preset."""
    home = await setup_projector("hdr_cs", state="on")
    [device] = dr.async_entries_for_config_entry(
        dr.async_get(home.hass), home.entry.entry_id
    )

    await home.hass.services.async_call(
        DOMAIN,
        "activate_preset",
        {"preset": preset},
        target={"device_id": device.id},
        blocking=True,
    )

    assert home.value(name) == shown


async def test_action_with_an_unknown_preset(setup_projector: SetUpProjector) -> None:
    """Raise an error that lists the presets."""
    home = await setup_projector("hdr_cs", state="on")

    with pytest.raises(ServiceValidationError) as refusal:
        await home.hass.services.async_call(
            DOMAIN,
            "activate_preset",
            {"preset": "9", "entity_id": home.entity_id("media_player.projector")},
            blocking=True,
        )

    assert str(refusal.value) == (
        f'{home.entry.title} has no preset or profile "9".'
        f" Available: {', '.join(PRESETS)}, Café"
    )


@pytest.mark.parametrize("name", [PRESET, PROFILE])
async def test_selection_is_assumed(setup_projector: SetUpProjector, name: str) -> None:
    """Assume the state, because other controllers can change it."""
    home = await setup_projector("hdr_cs", state="on")

    assert home.attribute(name, "assumed_state") is True


async def test_last_of_preset_and_profile(
    setup_projector: SetUpProjector,
) -> None:
    """Show only the last one; a preset stands for a profile."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.value("select.preset") == home.value("select.profile") == STATE_UNKNOWN

    await home.act("select_option", "select.profile", option="Café")
    assert home.value("select.preset") == STATE_UNKNOWN
    assert home.value("select.profile") == "Café"

    await home.act("select_option", "select.preset", option="5: Gaming")
    assert home.value("select.preset") == "5: Gaming"
    assert home.value("select.profile") == "Gaming"

    await home.act("select_option", "select.profile", option="Café")
    assert home.value("select.preset") == STATE_UNKNOWN


@pytest.mark.usefixtures("fast_timings")
async def test_power_cycle_clears_the_selection(
    setup_projector: SetUpProjector,
) -> None:
    """Clear the selection when the projector is turned off."""
    home = await setup_projector("hdr_cs", state="on")
    await home.act("select_option", "select.preset", option="5: Gaming")

    home.projector.change("system.state", "standby")
    await home.until("select.preset", STATE_UNAVAILABLE)
    home.projector.change("system.state", "on")

    await home.until("select.preset", STATE_UNKNOWN)


@pytest.mark.parametrize(
    ("name", "option"),
    [("select.preset", "7: Ghost"), ("select.profile", "Ghost")],
)
async def test_refused(setup_projector: SetUpProjector, name: str, option: str) -> None:
    """Do not show a selection that the projector refused."""
    home = await setup_projector("hdr_cs", state="on")
    put = home.projector.device.put
    put("profile.profiles", ["Ghost"])
    put("profile.presetassignments", [[7, "Ghost"]])
    home.projector.change("illumination.sources.laser.power", 50)
    await home.until("number.laser_power", "50")
    put("profile.profiles", [], tell=False)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("select_option", name, option=option)

    assert refusal.value.translation_key == "refused"
    assert "Could not activate profile" not in str(refusal.value)
    assert home.value(name) == STATE_UNKNOWN


async def test_options_follow_the_projector(setup_projector: SetUpProjector) -> None:
    """Offer a new profile and its preset."""
    home = await setup_projector("hdr_cs", state="on")
    put = home.projector.device.put

    put("profile.profiles", ["Sport"])
    put("profile.presetassignments", [[0, ""], [1, "Sport"]])
    home.projector.change("illumination.sources.laser.power", 50)
    await home.until("number.laser_power", "50")

    assert home.attribute("select.profile", "options") == ["Sport"]
    assert home.attribute("select.preset", "options") == ["1: Sport"]


async def test_no_options(setup_projector: SetUpProjector) -> None:
    """Add no select without options."""
    home = await setup_projector("hdr_cs", state="on")

    home.projector.device.put("profile.profiles", [])
    home.projector.device.put("profile.presetassignments", [[0, ""], [1, ""]])

    await home.until("select.profile", STATE_UNAVAILABLE)
    await home.until("select.preset", STATE_UNAVAILABLE)


REMEMBERED = [(PRESET, "5: Gaming"), (PROFILE, "Café")]


@pytest.mark.parametrize(("name", "option"), REMEMBERED)
async def test_restored_after_a_reload(
    setup_projector: SetUpProjector, name: str, option: str
) -> None:
    """Keep the selection as an assumed one."""
    home = await setup_projector("hdr_cs", state="on")
    await select(home, name, option)

    await home.reload()

    assert home.value(name) == option
    assert home.attribute(name, "assumed_state") is True


@pytest.mark.parametrize(("name", "option"), REMEMBERED)
async def test_restored_after_a_restart(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    hass_storage: dict[str, Any],
    name: str,
    option: str,
) -> None:
    """Keep the selection, although Home Assistant does not unload entries on stop."""
    home = await setup_projector("hdr_cs", state="on")
    await select(home, name, option)

    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    kept = hass_storage[f"{DOMAIN}.{home.entry.entry_id}"]
    await select(home, PROFILE, "SDR Cinema")
    await home.unload()
    hass_storage[f"{DOMAIN}.{home.entry.entry_id}"] = kept
    await home.load()

    assert home.value(name) == option


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize(("name", "option"), REMEMBERED)
async def test_cleared_after_an_unseen_power_cycle(
    setup_projector: SetUpProjector, name: str, option: str
) -> None:
    """Clear the selection if the projector was off at the start."""
    home = await setup_projector("hdr_cs", state="on")
    await select(home, name, option)

    await home.unload()
    home.projector.change("system.state", "standby")
    await home.load()
    home.projector.change("system.state", "on")

    await home.until(name, STATE_UNKNOWN)


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize(("name", "option"), REMEMBERED)
async def test_kept_after_a_reconnect(
    setup_projector: SetUpProjector, name: str, option: str
) -> None:
    """Keep the selection during a disconnect."""
    home = await setup_projector("hdr_cs", state="on")
    await select(home, name, option)

    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until(name, STATE_UNAVAILABLE)
    home.projector.faults.clear()

    await home.until(name, option)


async def test_first_assigned_preset_adds_the_select(
    setup_projector: SetUpProjector,
) -> None:
    """Add the select with the first assigned preset."""
    home = await setup_projector(
        "hdr_cs", state="on", values={"profile.presetassignments": NO_PRESETS}
    )
    assert PRESET not in home.entries()

    await assign(home, 7, "Café")

    await home.until(PRESET, STATE_UNKNOWN)
    assert home.attribute(PRESET, "options") == ["7: Café"]
    await select(home, PRESET, "7: Café")
    assert home.value(PRESET) == "7: Café"


async def test_clear_a_preset(setup_projector: SetUpProjector) -> None:
    """Clear a preset by the action without a profile."""
    home = await setup_projector("hdr_cs", state="on")
    await select(home, PRESET, "5: Gaming")

    await assign(home, 5)
    home.projector.change("illumination.sources.laser.power", 50)
    await home.until("number.laser_power", "50")

    assert home.attribute(PRESET, "options") == PRESETS[:-1]
    assert home.value(PRESET) == STATE_UNKNOWN


async def test_assign_an_unknown_profile(setup_projector: SetUpProjector) -> None:
    """Raise an error that lists the profiles, without a request."""
    home = await setup_projector("hdr_cs", state="on")

    with pytest.raises(ServiceValidationError) as refusal:
        await assign(home, 7, "Ghost")

    assert refusal.value.translation_key == "unknown_profile"
    assert refusal.value.translation_placeholders == {
        "projector": home.entry.title,
        "profile": "Ghost",
        "profiles": ", ".join(PROFILES),
    }
    assert home.projector.counters.requests["profile.assignpreset"] == 0


async def test_assign_a_refused_profile(setup_projector: SetUpProjector) -> None:
    """Raise an error if the projector refuses the profile."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.faults.busy = True

    with pytest.raises(HomeAssistantError) as refusal:
        await assign(home, 7, "Café")

    assert refusal.value.translation_key == "busy"
    assert home.attribute(PRESET, "options") == PRESETS
