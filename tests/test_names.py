"""Names of sources and profiles: how they are matched and shown."""

from typing import Any

from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.barco_pulse.const import CONF_SOURCES, DOMAIN
from custom_components.barco_pulse.pulse.const import LISTED_IN
from custom_components.barco_pulse.select import SELECTS
from simulator.picture import SOURCE

from .common import asked_again
from .conftest import Home, SetUpProjector, wait_until
from .observe import record_requests, settings

SELECT, PLAYER, REMOTE = "select.source", "media_player.projector", "remote.remote"
TWINS = {
    "extends": "hdr_cs",
    "sources": {"HDMI": None, "hdmi": ["HDMI"], "HDMI ": ["HDMI"], "SDI": ["HDMI"]},
}
"""Two sources whose names differ only in case and spaces."""


@pytest.mark.parametrize(
    "name", ["displayport 1", " DisplayPort   1 ", "DISPLAYPORT 1"]
)
@pytest.mark.parametrize(
    ("entity", "action", "data"),
    [
        (PLAYER, "select_source", "source"),
        (REMOTE, "send_command", "command"),
    ],
)
async def test_source_in_any_spelling(
    setup_projector: SetUpProjector, entity: str, action: str, data: str, name: str
) -> None:
    """Send the name that the projector lists."""
    home = await setup_projector("hdr_cs", state="on")
    requests = record_requests(home.projector, "property.set")
    prefix = "Source_ " if entity == REMOTE else ""

    await home.act(action, entity, **{data: f"{prefix}{name}"})

    assert settings(requests) == [(SOURCE, "DisplayPort 1")]
    await home.until(SELECT, "DisplayPort 1")


@pytest.mark.parametrize(
    ("entity", "action", "data"),
    [
        (PLAYER, "select_source", {"source": "HDMI"}),
        (REMOTE, "send_command", {"command": ["source_SDI", "source_HDMI"]}),
    ],
)
async def test_ambiguous_source(
    setup_projector: SetUpProjector, entity: str, action: str, data: dict[str, Any]
) -> None:
    """Raise an error that lists the matching names."""
    home = await setup_projector(TWINS, state="on")
    requests = record_requests(home.projector, "property.set")

    with pytest.raises(ServiceValidationError) as refusal:
        await home.act(action, entity, **data)

    assert refusal.value.translation_key == "ambiguous_name"
    assert requests == []

    await home.act("select_source", PLAYER, source="HDMI ")
    assert settings(requests) == [(SOURCE, "HDMI ")]


async def assign(home: Home, profile: str) -> None:
    """Assign a profile to a preset."""
    await home.hass.services.async_call(
        DOMAIN, "assign_preset", {"preset": 9, "profile": profile}, blocking=True
    )


async def test_profile_in_any_spelling(setup_projector: SetUpProjector) -> None:
    """Match profiles in the action and in the commands of the remote."""
    home = await setup_projector("hdr_cs", state="on")
    requests = record_requests(
        home.projector, "profile.assignpreset", "profile.activateprofile"
    )

    await assign(home, " hdr  260 hdmi")
    await home.act("send_command", REMOTE, command="profile_hdr 260 HDMI")

    assert requests == [
        ("profile.assignpreset", {"preset": 9, "profile": "HDR 260 HDMI"}),
        ("profile.activateprofile", "HDR 260 HDMI"),
    ]


@pytest.mark.parametrize(
    "reported", ["displayport 1", "DisplayPort  1", "DisplayPort 1 "]
)
async def test_reported_source_in_another_spelling(
    setup_projector: SetUpProjector, reported: str
) -> None:
    """Show the listed name, and add no option."""
    home = await setup_projector("hdr_cs", state="on")
    options = home.attribute(SELECT, "options")

    home.projector.device.put(SOURCE, reported)

    await home.until(SELECT, "DisplayPort 1")
    assert home.attribute(SELECT, "options") == options
    assert home.attribute(PLAYER, "source") == "DisplayPort 1"


async def test_sources_in_the_options(setup_projector: SetUpProjector) -> None:
    """Match the selected sources in any spelling of the projector."""
    home = await setup_projector("hdr_cs", state="on")
    home.hass.config_entries.async_update_entry(
        home.entry, options={CONF_SOURCES: ["hdmi", "DISPLAYPORT 1", "gone"]}
    )
    await home.reload()

    assert home.attribute(SELECT, "options") == ["HDMI", "DisplayPort 1"]


@pytest.mark.parametrize("name", ["Player", "H-D-M-I"])
async def test_renamed_source(setup_projector: SetUpProjector, name: str) -> None:
    """Read the list of sources once after the source was renamed.

    The connector can get another name or keep it.
    """
    home = await setup_projector("hdr_cs", state="on")
    before = home.attribute(SELECT, "options")
    asked = home.projector.counters.requests
    lists = asked["image.source.list"]
    expected = [name, *before[1:]]

    home.projector.rename_source(name)

    await home.until(SELECT, name)
    await wait_until(home.hass, lambda: home.attribute(SELECT, "options") == expected)
    assert home.value(SELECT) == name
    assert home.attribute(PLAYER, "source_list") == expected
    assert asked["image.source.list"] == lists + 1
    await home.act("select_option", SELECT, option=before[1])
    await home.act("select_option", SELECT, option=name)


@pytest.mark.usefixtures("fast_timings")
async def test_unlisted_source(setup_projector: SetUpProjector) -> None:
    """Show the source, and read its list again only once."""
    home = await setup_projector("hdr_cs", state="on")
    options = home.attribute(SELECT, "options")
    asked = home.projector.counters.requests
    lists = asked["image.source.list"]

    home.projector.device.put(SOURCE, "Ghost")

    await home.until(SELECT, "Ghost")
    assert home.attribute(SELECT, "options") == [*options, "Ghost"]
    await home.projector.wait_until(lambda: asked["image.source.list"] > lists)
    for _ in range(3):
        read_again = asked_again(home.projector, "property.get")
        home.entry.runtime_data.projector.refresh()
        await home.projector.wait_until(read_again)
    assert asked["image.source.list"] == lists + 1

    home.projector.device.put(SOURCE, "SDI")
    await home.projector.wait_until(lambda: asked["image.source.list"] == lists + 2)


@pytest.mark.parametrize(
    ("model", "select", "name", "listing"),
    [
        (
            "udx",
            "edid",
            "image.connector.l1hdmi.edid.selected",
            "image.connector.l1hdmi.edid.list",
        ),
        ("balder_cs", "color_mode", "image.color.p7.custom.mode", "property.get"),
    ],
)
async def test_other_lists(
    setup_projector: SetUpProjector, model: str, select: str, name: str, listing: str
) -> None:
    """Read a list again for a value that is not in it."""
    home = await setup_projector(model, state="on")
    await home.enable(f"select.{select}")
    asked = home.projector.counters.requests
    before = asked[listing]

    home.projector.change(name, "New one")

    await home.until(f"select.{select}", "New one")
    assert "New one" in home.attribute(f"select.{select}", "options")
    await home.projector.wait_until(lambda: asked[listing] > before)


def test_every_list_of_a_select_is_read_again() -> None:
    """Cover the lists of all selects."""
    for description in SELECTS:
        if description.options_name is not None:
            assert (
                LISTED_IN[
                    description.last_selected_name or description.property_names[0]
                ]
                == description.options_name
            )
