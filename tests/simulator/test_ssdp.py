"""SSDP: searches, announcements and the description, on loopback only."""

import asyncio
from collections.abc import AsyncIterator
import socket
from typing import Any
from xml.parsers import expat

import pytest

from simulator import Simulator
from simulator.ssdp import DESCRIPTION_PATH, DEVICE_TYPE

from .client import DEADLINE
from .conftest import Start
from .test_web import browsing, fetch, get

SILENCE = 0.05
NAMESPACE = "urn:schemas-upnp-org:device-1-0"


class Listening:
    """A UDP socket of somebody who looks for projectors."""

    def __init__(self) -> None:
        """Listen on a free port on loopback."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.1", 0))
        self.address: tuple[str, int] = self.socket.getsockname()

    def search(self, projector: Simulator, target: str, *more: str) -> None:
        """Send a search; `more` are lines instead of the usual one."""
        lines = more or ('MAN: "ssdp:discover"',)
        text = "\r\n".join(["M-SEARCH * HTTP/1.1", *lines, f"ST: {target}", "", ""])
        assert projector.ssdp_port is not None
        self.socket.sendto(text.encode(), (projector.host, projector.ssdp_port))

    async def packet(self) -> tuple[str, dict[str, str]]:
        """Return first line and fields of the next packet."""
        async with asyncio.timeout(DEADLINE):
            data = await asyncio.get_running_loop().sock_recv(self.socket, 65536)
        text = data.decode()
        assert text.endswith("\r\n\r\n")
        first, *lines = text[:-4].split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return first, {name: value.strip() for name, _, value in pairs}

    async def silent(self) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            async with asyncio.timeout(SILENCE):
                await asyncio.get_running_loop().sock_recv(self.socket, 65536)
        except TimeoutError:
            return True
        return False


@pytest.fixture
async def projector(start: Start) -> Simulator:
    """A Balder CS with everything."""
    return await start("balder_cs", web_port=0, ssdp_port=0)


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    """Somebody who looks for it."""
    listening = Listening()
    yield listening
    listening.socket.close()


def location(projector: Simulator) -> str:
    """Return where the description should be."""
    return f"http://{projector.host}:{projector.web_port}{DESCRIPTION_PATH}"


def elements(document: bytes) -> dict[str, str]:
    """Return the texts of an XML document's elements by their paths."""
    path: list[str] = []
    texts: dict[str, str] = {}

    def begin(name: str, _attributes: object) -> None:
        namespace, _, short = name.rpartition(" ")
        assert namespace == NAMESPACE
        path.append(short)
        assert "/".join(path) not in texts
        texts["/".join(path)] = ""

    def collect(text: str) -> None:
        texts["/".join(path)] += text

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.CharacterDataHandler = collect
    parser.EndElementHandler = lambda _name: path.pop()
    parser.Parse(document, True)
    return texts


async def described(projector: Simulator) -> dict[str, str]:
    """Return the texts of the description's device by name."""
    reply = await fetch(projector, DESCRIPTION_PATH)
    assert reply.status == "HTTP/1.1 200 OK"
    assert reply.fields["Content-Type"] == "text/xml"
    texts = elements(reply.body)
    assert texts["root/specVersion/major"] == "1"
    prefix = "root/device/"
    return {
        path.removeprefix(prefix): text
        for path, text in texts.items()
        if path.startswith(prefix)
    }


async def test_search(projector: Simulator, listening: Listening) -> None:
    """The answer has everything that UPnP demands."""
    listening.search(projector, DEVICE_TYPE)
    first, fields = await listening.packet()
    assert first == "HTTP/1.1 200 OK"
    name = (await described(projector))["UDN"]
    assert fields == {
        "CACHE-CONTROL": "max-age=1800",
        "EXT": "",
        "LOCATION": location(projector),
        "SERVER": "Linux/4.14 UPnP/1.0 Pulse/2.5.2",
        "ST": DEVICE_TYPE,
        "USN": f"{name}::{DEVICE_TYPE}",
    }
    assert await listening.silent()


async def test_search_by_name(projector: Simulator, listening: Listening) -> None:
    """Its own is the whole answer, another's gets none."""
    name = (await described(projector))["UDN"]
    listening.search(projector, f"{name}0")
    listening.search(projector, name)
    _, fields = await listening.packet()
    assert fields["ST"] == fields["USN"] == name


async def test_search_for_all(projector: Simulator, listening: Listening) -> None:
    """One answer for each thing it is."""
    name = (await described(projector))["UDN"]
    listening.search(projector, "ssdp:all")
    answers = [(await listening.packet())[1] for _ in range(3)]
    assert {answer["ST"]: answer["USN"] for answer in answers} == {
        "upnp:rootdevice": f"{name}::upnp:rootdevice",
        name: name,
        DEVICE_TYPE: f"{name}::{DEVICE_TYPE}",
    }
    listening.search(projector, "upnp:rootdevice")
    assert (await listening.packet())[1]["ST"] == "upnp:rootdevice"


async def test_no_search(projector: Simulator, listening: Listening) -> None:
    """Other devices, other packets, noise."""
    listening.search(projector, "urn:schemas-upnp-org:device:MediaRenderer:1")
    listening.search(projector, DEVICE_TYPE, "MX: 1")
    assert projector.ssdp_port is not None
    for noise in (b"", b"\xff\xfe", b"NOTIFY * HTTP/1.1\r\n\r\n"):
        listening.socket.sendto(noise, (projector.host, projector.ssdp_port))
    assert await listening.silent()
    listening.search(projector, DEVICE_TYPE, 'man: "ssdp:discover"', "Mx:1")
    assert (await listening.packet())[0] == "HTTP/1.1 200 OK"


async def test_description(projector: Simulator) -> None:
    """What a person sees, and who made it."""
    texts = await described(projector)
    udn = texts.pop("UDN")
    assert udn.startswith("uuid:")
    assert texts == {
        "deviceType": DEVICE_TYPE,
        "friendlyName": "Balder CS-1730052877",
        "manufacturer": "Barco",
        "modelName": "Balder CS",
        "serialNumber": "1730052877",
        "presentationURL": f"http://{projector.host}:{projector.web_port}/",
    }
    projector.change("system.name", "Kino <1> & mehr")
    assert (await described(projector))["friendlyName"] == "Kino <1> & mehr"
    projector.change("system.name", "")
    assert (await described(projector))["friendlyName"] == "Balder CS"


async def test_names_are_stable(start: Start, projector: Simulator) -> None:
    """The same serial number has the same name, another one another."""
    names = [
        (await described(each))["UDN"]
        for each in (
            projector,
            await start("balder_cs", web_port=0, ssdp_port=0),
            await start("hdr_cs", web_port=0, ssdp_port=0),
        )
    ]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    ("style", "name", "text"),
    [
        ({"ssdp_serial": False}, "serialNumber", None),
        ({"ssdp_manufacturer": "Acme & Co"}, "manufacturer", "Acme & Co"),
    ],
)
async def test_switches(
    start: Start, style: dict[str, Any], name: str, text: str | None
) -> None:
    """What nobody knows, and another maker's projector."""
    projector = await start("hdr_cs", web_port=0, ssdp_port=0, personality=style)
    assert (await described(projector)).get(name) == text


async def test_announcement(projector: Simulator, listening: Listening) -> None:
    """Alive, then a farewell when it goes to eco."""
    assert projector.announce(*listening.address)
    packets = [await listening.packet() for _ in range(3)]
    assert {first for first, _ in packets} == {"NOTIFY * HTTP/1.1"}
    by_type = {fields["NT"]: fields for _, fields in packets}
    name = (await described(projector))["UDN"]
    assert by_type.keys() == {"upnp:rootdevice", name, DEVICE_TYPE}
    assert by_type[DEVICE_TYPE] == {
        "HOST": "239.255.255.250:1900",
        "CACHE-CONTROL": "max-age=1800",
        "LOCATION": location(projector),
        "NT": DEVICE_TYPE,
        "NTS": "ssdp:alive",
        "SERVER": "Linux/4.14 UPnP/1.0 Pulse/2.5.2",
        "USN": f"{name}::{DEVICE_TYPE}",
    }
    projector.change("system.state", "eco")
    farewells = [(await listening.packet())[1] for _ in range(3)]
    assert {fields["NTS"] for fields in farewells} == {"ssdp:byebye"}
    assert {fields["USN"] for fields in farewells} == {
        fields["USN"] for fields in by_type.values()
    }
    assert not projector.network.present


async def test_silent_off_the_network(
    projector: Simulator, listening: Listening
) -> None:
    """In eco and without mains; back after a magic packet."""
    projector.change("system.state", "eco")
    await projector.wait_until(lambda: not projector.network.present)
    listening.search(projector, DEVICE_TYPE)
    assert not projector.announce(*listening.address)
    assert await listening.silent()
    projector.wake(projector.model.mac)
    assert projector.announce(*listening.address)
    assert [(await listening.packet())[1]["NTS"] for _ in range(3)]
    projector.cut_mains()
    listening.search(projector, DEVICE_TYPE)
    assert not projector.announce(*listening.address)
    assert await listening.silent()
    projector.restore_mains()
    listening.search(projector, DEVICE_TYPE)
    assert (await listening.packet())[1]["ST"] == DEVICE_TYPE


async def test_faults_of_the_description(projector: Simulator) -> None:
    """A web server that does not answer this time."""
    projector.faults.methods = ("description",)
    projector.faults.count = 1
    projector.faults.silence = True
    async with browsing(projector, get(DESCRIPTION_PATH)):
        await projector.wait_until(lambda: projector.counters.captures == 1)
        assert (await fetch(projector, DESCRIPTION_PATH)).status == "HTTP/1.1 200 OK"


async def test_without_ssdp(start: Start) -> None:
    """No port, no description; it needs a web server; it never leaves loopback."""
    projector = await start("hdr_cs", web_port=0)
    assert projector.ssdp_port is None
    reply = await fetch(projector, DESCRIPTION_PATH)
    assert reply.status == "HTTP/1.1 404 Not Found"
    with pytest.raises(ValueError, match="no SSDP"):
        projector.announce("127.0.0.1", 1900)
    with pytest.raises(ValueError, match="web_port"):
        Simulator("hdr_cs", ssdp_port=0)


@pytest.mark.parametrize("host", ["239.255.255.250", "255.255.255.255", "192.0.2.1"])
async def test_loopback_only(projector: Simulator, host: str) -> None:
    """Announcements too."""
    with pytest.raises(ValueError, match="loopback"):
        projector.announce(host, 1900)
