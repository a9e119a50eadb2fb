"""The options flow."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_MAC
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import SelectSelector
import pytest

from custom_components.barco_pulse.const import (
    CONF_CONNECTION,
    CONF_SOURCES,
    KEEP,
    RELEASE,
)
from custom_components.barco_pulse.pulse.const import IDENTITY

from .conftest import Home, SetUpProjector
from .flows import MAC, suggested


async def open_form(home: Home) -> ConfigFlowResult:
    """Open the options."""
    options = home.hass.config_entries.options
    result = await options.async_init(home.entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "init"
    assert not result["errors"]
    return result


async def choose(
    home: Home, result: ConfigFlowResult, **values: Any
) -> ConfigFlowResult:
    """Submit the form, and let the entry reload."""
    result = await home.hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_CONNECTION: KEEP, **values}
    )
    await home.hass.async_block_till_done()
    return result


def offered(result: ConfigFlowResult) -> list[str]:
    """Return the sources in the list."""
    assert result["data_schema"] is not None
    selector = result["data_schema"].schema[CONF_SOURCES]
    assert isinstance(selector, SelectSelector)
    return list(map(str, selector.config["options"]))


async def test_form(setup_projector: SetUpProjector) -> None:
    """Suggest what the projector reported."""
    home = await setup_projector("balder_cs")

    result = await open_form(home)

    mac = format_mac(str(home.projector.get(IDENTITY["mac"])))
    assert suggested(result) == {
        CONF_CONNECTION: None,
        CONF_MAC: mac,
        CONF_SOURCES: None,
    }
    assert offered(result) == home.entry.runtime_data.data.get_texts(
        "image.source.list"
    )
    assert "HDMI" in offered(result)
    result = await choose(home, result, **{CONF_MAC: mac})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.options == {
        CONF_CONNECTION: KEEP,
        CONF_MAC: mac,
        CONF_SOURCES: [],
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (MAC, MAC),
        (" 0004A5123456 ", MAC),
        ("00-04-A5-12-34-56", MAC),
        ("0004.a512.3456", MAC),
        ("00-04:A5 12.34-56", MAC),
        ("", ""),
        ("  ", ""),
    ],
)
async def test_mac(setup_projector: SetUpProjector, typed: str, kept: str) -> None:
    """Accept any form of a MAC address; suggest none after an empty one."""
    home = await setup_projector("balder_cs")

    result = await choose(home, await open_form(home), **{CONF_MAC: typed})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.options[CONF_MAC] == kept
    assert suggested(await open_form(home))[CONF_MAC] == kept


def connections(home: Home) -> set[tuple[str, str]]:
    """Return the connections of the projector in the device registry."""
    registry = dr.async_get(home.hass)
    [device] = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
    return device.connections


async def test_mac_in_the_options_is_not_registered(
    setup_projector: SetUpProjector,
) -> None:
    """Register only the reported MAC address in the device registry."""
    home = await setup_projector("balder_cs")
    reported = connections(home)
    registry = dr.async_get(home.hass)
    [device] = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
    assert reported == {("mac", format_mac(str(home.projector.get(IDENTITY["mac"]))))}

    await choose(home, await open_form(home), **{CONF_MAC: MAC})
    assert connections(home) == reported

    # Version 0.1 registered it.
    both = reported | {("mac", MAC)}
    registry.async_update_device(device.id, new_connections=both)
    await home.reload()
    assert connections(home) == reported


async def test_mac_in_the_options_if_none_is_reported(
    setup_projector: SetUpProjector,
) -> None:
    """Use it only to wake the projector."""
    home = await setup_projector("minimal")

    await choose(home, await open_form(home), **{CONF_MAC: MAC})

    assert connections(home) == set()
    assert home.entry.runtime_data.projector.mac == MAC


@pytest.mark.parametrize("typed", ["1", "00:04:a5:12:34", "0004a512345g", "no\nmac"])
async def test_wrong_mac_and_recovery(
    setup_projector: SetUpProjector, typed: str
) -> None:
    """Show an error, and keep the other input."""
    home = await setup_projector("balder_cs")
    result = await open_form(home)
    chosen = {CONF_CONNECTION: RELEASE, CONF_SOURCES: ["HDMI"]}

    result = await choose(home, result, **chosen, **{CONF_MAC: typed})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_MAC: "invalid_mac"}
    assert suggested(result) == {**chosen, CONF_MAC: typed}
    assert not home.entry.options

    result = await choose(home, result, **chosen, **{CONF_MAC: MAC})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.options == {**chosen, CONF_MAC: MAC}


async def test_selected_sources(
    setup_projector: SetUpProjector,
) -> None:
    """Reload the entry once."""
    home = await setup_projector("balder_cs")
    loads: list[ConfigEntryState] = []
    home.entry.async_on_state_change(lambda: loads.append(home.entry.state))
    chosen = {CONF_CONNECTION: RELEASE, CONF_MAC: MAC, CONF_SOURCES: ["HDMI"]}

    await choose(home, await open_form(home), **chosen)

    assert loads.count(ConfigEntryState.LOADED) == 1
    result = await open_form(home)
    assert suggested(result) == chosen
    assert len(offered(result)) > 1


async def test_sources_of_an_unreachable_projector(
    setup_projector: SetUpProjector,
) -> None:
    """Offer stored sources, and selected ones that no longer exist."""
    home = await setup_projector("balder_cs")
    sources = offered(await open_form(home))
    await choose(home, await open_form(home), **{CONF_SOURCES: ["HDMI"]})
    await home.unload()
    home.hass.config_entries.async_update_entry(
        home.entry, options={CONF_SOURCES: ["SDI 9", "HDMI"]}
    )

    result = await open_form(home)

    assert offered(result) == [*sources, "SDI 9"]
    assert suggested(result)[CONF_SOURCES] == ["SDI 9", "HDMI"]


@pytest.mark.parametrize("stored", [None, {"kept": None}, {"kept": {}}])
async def test_no_stored_sources(
    setup_projector: SetUpProjector, hass_storage: dict[str, Any], stored: Any
) -> None:
    """Offer no sources if none are stored."""
    home = await setup_projector("balder_cs")
    await home.unload()
    key = f"barco_pulse.{home.entry.entry_id}"
    del hass_storage[key]
    if stored is not None:
        hass_storage[key] = {
            "version": 1,
            "minor_version": 1,
            "key": key,
            "data": stored,
        }

    result = await open_form(home)

    assert CONF_SOURCES not in suggested(result)
    result = await choose(home, result)
    assert home.entry.options == {
        CONF_CONNECTION: KEEP,
        CONF_MAC: "",
        CONF_SOURCES: [],
    }
