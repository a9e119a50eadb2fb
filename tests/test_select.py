"""Selects: source, preset, profile, and settings."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from .conftest import SetUpProjector, wait_until
from .observe import record_requests, settings

SOURCES = [
    "HDMI",
    "DisplayPort 1",
    "DisplayPort 2",
    "Dual DisplayPort columns",
    "HDBaseT A",
    "HDBaseT B",
]
OTHERS = ("select.preset", "select.profile", "select.source")
"""Selects that are no settings."""
_CONNECTOR = "image.connector.hdmi"
SETTINGS = {
    "select.color_mode": ("DCI-P3", "image.color.p7.custom.mode", "DCI-P3"),
    "select.display_mode": (
        "ig_pixel_shift",
        "image.display.desireddisplaymode",
        "IGPixelShift",
    ),
    "select.edid": ("1920x1080p60", f"{_CONNECTOR}.edid.selected", "1920x1080p60"),
    "select.initial_state": ("on", "system.initialstate", "on"),
    "select.input_color_primaries": (
        "rec2020",
        f"{_CONNECTOR}.colorprimaries",
        "REC2020",
    ),
    "select.input_color_space": ("rgb", f"{_CONNECTOR}.colorspace", "RGB"),
    "select.input_signal_range": ("16-235", f"{_CONNECTOR}.signalrange", "16-235"),
    "select.operational_mode": ("silent", "system.operationalmodes.mode", "silent"),
    "select.scaling_mode": (
        "one_to_one",
        "image.window.main.scalingmode",
        "OneToOne",
    ),
    "select.test_pattern": ("White", "image.testpattern.selected", "white"),
}
"""An option of each select, with the property and the value that are set."""


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx"])
async def test_select_each_option(setup_projector: SetUpProjector, model: str) -> None:
    """Set one property to the value of the projector, and show the selection."""
    home = await setup_projector(model, state="on")
    await home.enable()
    selects = [name for name in home.names("select") if name not in OTHERS]
    requests = record_requests(home.projector, "property.set")

    for name in selects:
        await home.act("select_option", name, option=SETTINGS[name][0])

    # The first input board of a UDX has the name L1.
    assert [
        (name.replace("l1hdmi", "hdmi"), value) for name, value in settings(requests)
    ] == [SETTINGS[name][1:] for name in selects]
    for name in selects:
        await home.until(name, SETTINGS[name][0])


@pytest.mark.parametrize("model", ["balder_cs", "udx"])
async def test_color_mode_groups(setup_projector: SetUpProjector, model: str) -> None:
    """Offer built-in and custom modes in one list."""
    home = await setup_projector(model, state="on")
    await home.enable()

    options = ["Native", "REC709", "DCI-P3", "Custom 1"]
    assert home.attribute("select.color_mode", "options") == options
    assert home.value("select.color_mode") == "Native"


async def test_source(setup_projector: SetUpProjector) -> None:
    """Show the listed sources, and the active one when it changes."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.attribute("select.source", "options") == SOURCES

    await home.act("select_option", "select.source", option="HDBaseT B")

    await home.until("select.source", "HDBaseT B")
    assert home.projector.counters.requests["property.set"] == 1


@pytest.mark.usefixtures("profile_enabled")
@pytest.mark.parametrize("name", ["select.source", "select.preset", "select.profile"])
async def test_select_unknown_option(
    setup_projector: SetUpProjector, name: str
) -> None:
    """Raise an error without a request."""
    home = await setup_projector("hdr_cs", state="on")
    before = home.projector.counters.requests.total()

    with pytest.raises(ServiceValidationError):
        await home.act("select_option", name, option="Betamax")

    assert home.projector.counters.requests.total() == before


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("udx", {"select.source"}),
        ("minimal", set()),
        ("balder_cs", {"select.source", "select.preset", "select.profile"}),
    ],
)
async def test_unsupported_selects(
    setup_projector: SetUpProjector, model: str, names: set[str]
) -> None:
    """Add no select that the projector does not support."""
    home = await setup_projector(model, state="on")

    there = {"select.source", "select.preset", "select.profile"}
    assert there & home.entries().keys() == names


@pytest.mark.parametrize(
    ("presets", "disabled"), [([[3, "Café"]], True), ([[0, ""]], False), ([], False)]
)
@pytest.mark.parametrize("state", ["on", "standby"])
async def test_profile_is_enabled_by_default_without_presets(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    state: str,
    presets: list[Any],
    disabled: bool,
) -> None:
    """Enable the profile also if it is reported later."""
    values = {"profile.presetassignments": presets}
    home = await setup_projector("hdr_cs", state=state, values=values)
    home.projector.power_on()

    await wait_until(hass, lambda: "select.profile" in home.entries())

    assert home.entries()["select.profile"].disabled is disabled


@pytest.mark.usefixtures("fast_timings")
async def test_profile_waits_for_presets(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Wait, because the registry keeps the first default."""
    home = await setup_projector(
        "hdr_cs",
        state="on",
        quirks={"absent_properties": ("profile.profiles", "profile.presetassignments")},
    )
    assert "select.profile" not in home.entries()

    home.projector.quirks.absent_properties = ()
    home.projector.change("system.state", "standby")
    await home.until("select.source", STATE_UNAVAILABLE)
    home.projector.change("system.state", "on")

    await wait_until(hass, lambda: "select.profile" in home.entries())
    assert home.entries()["select.profile"].disabled
