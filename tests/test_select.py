"""What can be selected: source, preset, profile."""

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from .conftest import MoveIn

PRESETS = ["0: HDR 260 HDMI", "1: HDR 260 DP", "2: SDR Cinema", "5: Gaming"]
PROFILES = ["HDR 260 HDMI", "HDR 260 DP", "SDR Cinema", "Gaming", "Café"]
SOURCES = [
    "HDMI",
    "DisplayPort 1",
    "DisplayPort 2",
    "Dual DisplayPort columns",
    "HDBaseT A",
    "HDBaseT B",
]


@pytest.mark.parametrize(
    ("name", "options", "option", "method", "laser_power"),
    [
        ("select.source", SOURCES, "HDBaseT B", "property.set", "75"),
        ("select.preset", PRESETS, "5: Gaming", "profile.activatepreset", "80"),
        ("select.profile", PROFILES, "SDR Cinema", "profile.activateprofile", "45"),
        ("select.profile", PROFILES, "Café", "profile.activateprofile", "75"),
    ],
)
async def test_select(
    move_in: MoveIn,
    name: str,
    options: list[str],
    option: str,
    method: str,
    laser_power: str,
) -> None:
    """The projector lists the options, does what is selected, and it is shown."""
    home = await move_in("hdr_cs", state="on")
    assert home.attribute(name, "options") == options

    await home.act("select_option", name, option=option)

    await home.until(name, option)
    await home.until("number.laser_power", laser_power)
    assert home.projector.counters.requests[method] == 1


@pytest.mark.parametrize("name", ["select.source", "select.preset", "select.profile"])
async def test_select_what_there_is_not(move_in: MoveIn, name: str) -> None:
    """The projector is not bothered."""
    home = await move_in("hdr_cs", state="on")
    before = home.projector.counters.requests.total()

    with pytest.raises(ServiceValidationError):
        await home.act("select_option", name, option="Betamax")

    assert home.projector.counters.requests.total() == before


async def test_of_preset_and_profile_the_last_one_shows(move_in: MoveIn) -> None:
    """No projector tells which is active, and one undoes the other."""
    home = await move_in("hdr_cs", state="on")
    assert home.shows("select.preset") == home.shows("select.profile") == STATE_UNKNOWN

    await home.act("select_option", "select.profile", option="Café")
    assert home.shows("select.preset") == STATE_UNKNOWN
    assert home.shows("select.profile") == "Café"

    await home.act("select_option", "select.preset", option="5: Gaming")
    assert home.shows("select.preset") == "5: Gaming"
    assert home.shows("select.profile") == STATE_UNKNOWN

    await home.act("select_option", "select.profile", option="Café")
    assert home.shows("select.preset") == STATE_UNKNOWN


@pytest.mark.usefixtures("quick")
async def test_power_cycle_undoes_the_preset(move_in: MoveIn) -> None:
    """As far as is known a projector comes up as it was before."""
    home = await move_in("hdr_cs", state="on")
    await home.act("select_option", "select.preset", option="5: Gaming")

    home.projector.change("system.state", "standby")
    await home.until("select.preset", STATE_UNAVAILABLE)
    home.projector.change("system.state", "on")

    await home.until("select.preset", STATE_UNKNOWN)


@pytest.mark.parametrize(
    ("name", "option"),
    [("select.preset", "7: Ghost"), ("select.profile", "Ghost")],
)
async def test_refused(move_in: MoveIn, name: str, option: str) -> None:
    """What the projector refuses is not shown as selected."""
    home = await move_in("hdr_cs", state="on")
    put = home.projector.device.put
    put("profile.profiles", ["Ghost"])
    put("profile.presetassignments", [[7, "Ghost"]])
    home.projector.change("illumination.sources.laser.power", 50)
    await home.until("number.laser_power", "50")
    put("profile.profiles", [], tell=False)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("select_option", name, option=option)

    assert refusal.value.translation_key == "refused"
    assert "Could not activate profile" in str(refusal.value)
    assert home.shows(name) == STATE_UNKNOWN


async def test_options_follow_the_projector(move_in: MoveIn) -> None:
    """Somebody makes a profile and puts it into a preset."""
    home = await move_in("hdr_cs", state="on")
    put = home.projector.device.put

    put("profile.profiles", ["Sport"])
    put("profile.presetassignments", [[0, ""], [1, "Sport"]])
    home.projector.change("illumination.sources.laser.power", 50)
    await home.until("number.laser_power", "50")

    assert home.attribute("select.profile", "options") == ["Sport"]
    assert home.attribute("select.preset", "options") == ["1: Sport"]


async def test_nothing_to_select_from(move_in: MoveIn) -> None:
    """A select without options is not made up."""
    home = await move_in("hdr_cs", state="on")

    home.projector.device.put("profile.profiles", [])
    home.projector.device.put("profile.presetassignments", [[0, ""], [1, ""]])

    await home.until("select.profile", STATE_UNAVAILABLE)
    await home.until("select.preset", STATE_UNAVAILABLE)


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("udx", {"select.source"}),
        ("minimal", set()),
        ("balder_cs", {"select.source", "select.preset", "select.profile"}),
    ],
)
async def test_only_what_the_projector_has(
    move_in: MoveIn, model: str, names: set[str]
) -> None:
    """Older ones have no profiles, and some tell nothing at all."""
    home = await move_in(model, state="on")

    there = {"select.source", "select.preset", "select.profile"}
    assert {name for name in there if home.shows(name)} == names
