"""Discovery of the peers that a projector lists."""

import asyncio
from typing import Any

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse import announcement
from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.pulse.const import PEERS
from simulator import Simulator

from .common import subscribed
from .conftest import Home, SetUpProjector, StartProjector, wait_until
from .flows import submit

OTHER = {"Address": "127.0.0.1", "Port": "1", "Serial": "77", "Name": "Hall"}


def cards(hass: HomeAssistant) -> list[dict[str, str]]:
    """Return the texts of all cards under "discovered"."""
    flows = hass.config_entries.flow.async_progress()
    assert {flow["context"]["source"] for flow in flows} <= {
        SOURCE_INTEGRATION_DISCOVERY
    }
    return [dict(flow["context"]["title_placeholders"]) for flow in flows]


def announcement_of(projector: Simulator, **changes: Any) -> dict[str, Any]:
    """Return the entry of this projector in the list of a peer."""
    return {
        "Address": projector.host,
        "Hostname": "hall.home",
        "Port": str(projector.port),
        "Serial": projector.get("system.serialnumber"),
        "Name": "Hall",
        "Product": "UDX",
    } | changes


@pytest.fixture
async def peer_projector(
    start_projector: StartProjector, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """Start another projector."""
    peer_projector = await start_projector("hdr_cs")
    monkeypatch.setattr(announcement, "DEFAULT_PORT", 1)
    return peer_projector


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Record what is offered."""
    offers: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "custom_components.barco_pulse.discovery.discovery_flow.async_create_flow",
        lambda hass, domain, context, data: offers.append(data),
    )
    return offers


async def set_peers(home: Home, peers: Any) -> None:
    """Let the projector list others."""
    coordinator = home.entry.runtime_data
    updated = asyncio.Event()
    remove = coordinator.async_add_listener(updated.set)
    home.projector.change(PEERS, peers)
    async with asyncio.timeout(5):
        while coordinator.data.values.get(PEERS) != peers:
            updated.clear()
            await updated.wait()
    remove()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_offered_and_added(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    peer_projector: Simulator,
    when: str,
) -> None:
    """Offer a peer, listed at set-up or later, and add it."""
    values = {PEERS: [announcement_of(peer_projector)]} if when == "before" else {}
    home = await setup_projector("balder_cs", values=values)
    if when == "after":
        home.projector.change(PEERS, [announcement_of(peer_projector)])
    await wait_until(hass, lambda: bool(cards(hass)))
    [flow] = hass.config_entries.flow.async_progress()
    assert cards(hass) == [
        {"name": str(peer_projector.get("system.name")), "host": peer_projector.host}
    ]

    result = await submit(hass, flow, {})
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.unique_id == peer_projector.get("system.serialnumber")
    assert entry.data["port"] == peer_projector.port
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("peer", "offer"),
    [
        (
            {"Address": "10.0.0.7", "Port": "9091", "Serial": "77", "Name": "Hall"},
            ("10.0.0.7", 9091, "77", "Hall"),
        ),
        (
            {"ADDRESS": " 10.0.0.7 ", "port": 9091, "serial": 77, "product": "UDX"},
            ("10.0.0.7", 9091, "77", "UDX"),
        ),
        (
            {"Hostname": "hall.home", "Port": "", "Serial": None, "Name": ""},
            ("hall.home", None, "hall.home", "hall.home"),
        ),
        (
            {"Address": "no address", "Hostname": "hall", "Port": "65536"},
            ("hall", None, "hall", "hall"),
        ),
        (
            {"Address": "10.0.0.7", "Port": "-1", "Name": ["Hall"]},
            ("10.0.0.7", None, "10.0.0.7", "10.0.0.7"),
        ),
        (
            {"Address": "10.0.0.7", "Port": "٩٠٩٠"},
            ("10.0.0.7", None, "10.0.0.7", "10.0.0.7"),
        ),
        (
            {"Address": "10.0.0.7", "Port": "0"},
            ("10.0.0.7", None, "10.0.0.7", "10.0.0.7"),
        ),
        ({"Address": "", "Serial": "77"}, None),
        ({"Address": 7, "Hostname": "http://hall"}, None),
        ({}, None),
        ("10.0.0.7", None),
        (None, None),
    ],
)
async def test_spellings_of_peers(
    setup_projector: SetUpProjector,
    offers: list[dict[str, Any]],
    peer: Any,
    offer: tuple[object, ...] | None,
) -> None:
    """Accept other spellings and missing fields."""
    home = await setup_projector("balder_cs")

    await set_peers(home, [peer, {**OTHER, "Serial": "88"}])

    names = ("host", "port", "unique_id", "name")
    assert [tuple(data[name] for name in names) for data in offers] == [
        *([offer] if offer else []),
        ("127.0.0.1", 1, "88", "Hall"),
    ]


@pytest.mark.parametrize("peers", ["hall", 7, {"Address": "10.0.0.7"}])
async def test_no_list(
    setup_projector: SetUpProjector,
    offers: list[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
    peers: Any,
) -> None:
    """Ignore a value that is not a list."""
    home = await setup_projector("balder_cs")

    await set_peers(home, peers)
    assert not offers

    await set_peers(home, [OTHER])
    assert len(offers) == 1
    assert "Traceback" not in caplog.text


async def test_each_peer_is_offered_once(
    setup_projector: SetUpProjector, offers: list[dict[str, Any]]
) -> None:
    """Offer each peer once, also if its address changes."""
    home = await setup_projector("balder_cs")
    await set_peers(home, [OTHER, OTHER])
    await set_peers(home, [])
    await set_peers(home, [{**OTHER, "Address": "10.0.0.9"}, {**OTHER, "Serial": "78"}])

    assert [offer["unique_id"] for offer in offers] == ["77", "78"]


async def test_configured_projectors_are_not_offered(
    hass: HomeAssistant, setup_projector: SetUpProjector, offers: list[dict[str, Any]]
) -> None:
    """Do not offer the projector itself and configured projectors."""
    home = await setup_projector("balder_cs")
    MockConfigEntry(domain=DOMAIN, unique_id="77").add_to_hass(hass)
    itself = announcement_of(home.projector)

    await set_peers(home, [OTHER, itself, {"Address": home.projector.host}])

    assert not offers


@pytest.mark.parametrize("recursion", ["refused", "ignored"])
async def test_projector_without_recursive_introspection(
    setup_projector: SetUpProjector, offers: list[dict[str, Any]], recursion: str
) -> None:
    """Read the description of the object that lists peers."""
    home = await setup_projector("balder_cs", quirks={"recursion": recursion})

    await set_peers(home, [OTHER])

    assert len(offers) == 1


async def test_not_after_unload(
    setup_projector: SetUpProjector, offers: list[dict[str, Any]]
) -> None:
    """Discover nothing for an entry that is not loaded."""
    home = await setup_projector("balder_cs")
    assert PEERS in subscribed(home.projector)
    coordinator = home.entry.runtime_data

    await home.unload()
    coordinator.async_update_listeners()

    assert (PEERS,) not in set(coordinator.async_contexts())
    assert not offers


async def test_projector_without_peers(
    setup_projector: SetUpProjector, offers: list[dict[str, Any]]
) -> None:
    """Do not request a list that the projector does not have."""
    home = await setup_projector("minimal")

    assert PEERS not in home.projector.network.log.joined("in").decode()
    assert not offers
