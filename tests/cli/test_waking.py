"""Test where magic packets go."""

from typing import Any

from aiobarcopulse import PulseWakeError
import pytest

from cli import waking
from cli.target import Address

MAC = "00:0d:0a:4e:35:c2"


@pytest.mark.parametrize(
    ("host", "sent_to"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("192.0.2.1", ["192.0.2.1", "255.255.255.255"]),
    ],
)
async def test_destinations(
    monkeypatch: pytest.MonkeyPatch, host: str, sent_to: list[str]
) -> None:
    """Send to the projector and to the local network, but on loopback only there."""
    sent: list[str] = []

    def send(mac: str, **options: Any) -> None:
        assert (mac, options["port"]) == (MAC, 9)
        sent.append(options["ip_address"])

    monkeypatch.setattr(waking, "send_magic_packet", send)
    await waking.MagicPackets(Address(host), MAC, 9).wake(None, again=False)
    assert sent == sent_to


async def test_no_packet_could_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise an error only if no packet could be sent."""

    def send(mac: str, **options: Any) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(waking, "send_magic_packet", send)
    packets = waking.MagicPackets(Address("127.0.0.1"), None, 9)
    assert not packets.can_wake(None)
    await packets.wake(None, again=False)  # there is nothing to send
    with pytest.raises(PulseWakeError):
        await packets.wake(MAC, again=False)
