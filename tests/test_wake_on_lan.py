"""Targets of magic packets. test_sleep.py tests the effect."""

import errno
import socket
from typing import Any

from homeassistant.components import network
from homeassistant.core import HomeAssistant
import pytest

from custom_components.barco_pulse import wake_on_lan as wake
from custom_components.barco_pulse.pulse.exceptions import PulseConnectionError
from simulator import Simulator

MAC = "00:0D:0A:4E:35:C2"
UNKNOWN = "projector.invalid"

type Packet = tuple[str, str | None]
"""The target address, and the address of the sending interface."""


def adapter(*addresses: str, enabled: bool = True) -> dict[str, Any]:
    """Return a network adapter of the host, as from Home Assistant."""
    split = [address.split("/") for address in addresses]
    return {
        "name": "eth",
        "index": 1,
        "enabled": enabled,
        "auto": False,
        "default": False,
        "ipv4": [{"address": a, "network_prefix": int(p)} for a, p in split],
        "ipv6": [
            {"address": "fe80::1", "flowinfo": 0, "scope_id": 1, "network_prefix": 64}
        ],
    }


HOME = adapter("192.0.2.5/24")
CINEMA = adapter("198.51.100.130/25", "203.0.113.9/30")
EVERYWHERE = [
    ("255.255.255.255", address)
    for address in ("192.0.2.5", "198.51.100.130", "203.0.113.9")
]
"""Broadcasts from HOME and CINEMA, in case a netmask is wrong."""


class PacketRecorder:
    """Records packets instead of sending them."""

    def __init__(self) -> None:
        """Allow all packets."""
        self.packets: list[Packet] = []
        self.copies: list[Packet] = []  # to port 7
        self.blocked: set[str] = set()

    def send(
        self, packet: bytes, target: str, port: int, interface: str | None
    ) -> None:
        """Replace the function that sends packets."""
        assert packet == b"\xff" * 6 + bytes.fromhex("000d0a4e35c2") * 16
        assert port in (9, 7)
        if target in self.blocked:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        packets = self.packets if port == 9 else self.copies
        packets.append((target, interface))


@pytest.fixture
def sent_packets(monkeypatch: pytest.MonkeyPatch) -> PacketRecorder:
    """Record all packets."""
    sent_packets = PacketRecorder()
    monkeypatch.setattr(wake, "send", sent_packets.send)
    return sent_packets


@pytest.fixture
def adapters(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the network adapters of the host."""
    adapters: list[dict[str, Any]] = []

    async def async_get_adapters(hass: HomeAssistant) -> list[dict[str, Any]]:
        return adapters

    monkeypatch.setattr(network, "async_get_adapters", async_get_adapters)
    return adapters


@pytest.mark.parametrize(
    ("host", "there", "packets"),
    [
        pytest.param(
            "192.0.2.30",
            [HOME, CINEMA],
            [("192.0.2.30", None), ("192.0.2.255", "192.0.2.5"), *EVERYWHERE],
            id="its own network only",
        ),
        pytest.param(
            "198.51.100.200",
            [HOME, CINEMA],
            [
                ("198.51.100.200", None),
                ("198.51.100.255", "198.51.100.130"),
                *EVERYWHERE,
            ],
            id="half a network",
        ),
        pytest.param(
            "203.0.113.10",
            [HOME, CINEMA],
            [("203.0.113.10", None), ("203.0.113.11", "203.0.113.9"), *EVERYWHERE],
            id="an adapter's second address",
        ),
        pytest.param(
            "198.51.100.20",
            [HOME, CINEMA],
            [
                ("198.51.100.20", None),
                ("192.0.2.255", "192.0.2.5"),
                ("198.51.100.255", "198.51.100.130"),
                ("203.0.113.11", "203.0.113.9"),
                *EVERYWHERE,
            ],
            id="all, if it is in none",
        ),
        pytest.param(
            "192.0.2.30",
            [adapter("192.0.2.5/24", enabled=False), CINEMA],
            [
                ("192.0.2.30", None),
                ("198.51.100.255", "198.51.100.130"),
                ("203.0.113.11", "203.0.113.9"),
                *EVERYWHERE[1:],
            ],
            id="not by an adapter that is not to be used",
        ),
        pytest.param("192.0.2.30", [], [("192.0.2.30", None)], id="no adapter"),
        pytest.param(
            "127.0.0.1",
            [HOME, adapter("127.0.0.1/8")],
            [("127.0.0.1", None)],
            id="loopback, only to itself",
        ),
    ],
)
async def test_targets(
    hass: HomeAssistant,
    sent_packets: PacketRecorder,
    adapters: list[dict[str, Any]],
    host: str,
    there: list[dict[str, Any]],
    packets: list[Packet],
) -> None:
    """Send to the projector, to its network and to 255.255.255.255, on both ports."""
    adapters += there

    await wake.async_wake(hass, MAC, host)

    assert sent_packets.packets == packets
    assert sent_packets.copies == packets


@pytest.mark.parametrize("failure", [OSError("no name server"), UnicodeError("label")])
async def test_unresolvable_host_name(
    hass: HomeAssistant,
    sent_packets: PacketRecorder,
    adapters: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
) -> None:
    """Send to all networks if the name cannot be resolved."""

    async def fail(*args: Any, **kwargs: Any) -> None:
        raise failure

    monkeypatch.setattr(hass.loop, "getaddrinfo", fail)
    adapters += [HOME, CINEMA]

    await wake.async_wake(hass, MAC, UNKNOWN)

    assert sent_packets.packets == [
        ("192.0.2.255", "192.0.2.5"),
        ("198.51.100.255", "198.51.100.130"),
        ("203.0.113.11", "203.0.113.9"),
        *EVERYWHERE,
    ]


async def test_host_name_is_resolved(
    hass: HomeAssistant,
    sent_packets: PacketRecorder,
    adapters: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Use the address behind a name."""

    async def look_up(host: str, port: None, family: int) -> list[Any]:
        assert (host, family) == ("projector.local", socket.AF_INET)
        return [(family, socket.SOCK_STREAM, 6, "", ("192.0.2.30", 0))]

    monkeypatch.setattr(hass.loop, "getaddrinfo", look_up)
    adapters += [HOME, CINEMA]

    await wake.async_wake(hass, MAC, "projector.local")

    assert sent_packets.packets[:2] == [
        ("192.0.2.30", None),
        ("192.0.2.255", "192.0.2.5"),
    ]


async def test_one_packet_is_enough(
    hass: HomeAssistant, sent_packets: PacketRecorder, adapters: list[dict[str, Any]]
) -> None:
    """Send broadcasts although there is no route to the projector."""
    adapters += [HOME]
    sent_packets.blocked = {"192.0.2.30"}

    await wake.async_wake(hass, MAC, "192.0.2.30")

    assert sent_packets.packets == [("192.0.2.255", "192.0.2.5"), EVERYWHERE[0]]


async def test_all_packets_fail(
    hass: HomeAssistant, sent_packets: PacketRecorder, adapters: list[dict[str, Any]]
) -> None:
    """Raise an error with each reason."""
    adapters += [HOME]
    sent_packets.blocked = {"192.0.2.30", "192.0.2.255", "255.255.255.255"}

    with pytest.raises(PulseConnectionError) as failed:
        await wake.async_wake(hass, MAC, "192.0.2.30")

    assert "192.0.2.30: [Errno 101] Network is unreachable" in str(failed.value)
    assert "192.0.2.255: " in str(failed.value)
    assert sent_packets.packets == []


async def test_no_targets(
    hass: HomeAssistant,
    sent_packets: PacketRecorder,
    adapters: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Raise an error without address and adapter."""

    async def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError

    monkeypatch.setattr(hass.loop, "getaddrinfo", fail)

    with pytest.raises(PulseConnectionError):
        await wake.async_wake(hass, MAC, UNKNOWN)


async def test_real_packet(
    hass: HomeAssistant,
    adapters: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Send a real packet to this machine."""
    async with Simulator("balder_cs", state="eco") as projector:
        monkeypatch.setattr(wake, "PORT", projector.wake_port)
        await wake.async_wake(hass, "00:0D:0A:00:00:01", projector.host)
        await wake.async_wake(hass, MAC, projector.host)
        await projector.wait_for_state("boot")
