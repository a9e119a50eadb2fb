"""SSDP: discovery of the projector on its network.

Only the search target of real projectors is known. The rest follows the UPnP Device
Architecture 1.0. All packets go to loopback addresses, not to the multicast group.
"""

from collections.abc import Iterator
import uuid
from xml.etree import ElementTree as ET

from .device import Device
from .listener import loopback
from .network import Network
from .udp import Address

DEVICE_TYPE = "urn:schemas-upnp-org:device:projector:1"
DESCRIPTION_PATH = "/description.xml"
ROOT_DEVICE = "upnp:rootdevice"
ALL_TARGETS = "ssdp:all"
_GROUP = "239.255.255.250:1900"
_MAX_AGE = 1800
_NAMESPACE = "urn:schemas-upnp-org:device-1-0"


class Ssdp:
    """A UDP port that answers searches and announces the projector.

    It does not answer while the projector is off the network. It needs a web server
    for the description.
    """

    def __init__(self, device: Device, network: Network, port: int) -> None:
        """Initialize with a port, 0 for a free one."""
        self._device = device
        self._network = network
        self._announced_to: set[Address] = set()
        self._udp = network.listen_udp(port, self._receive)
        network.describe = self.description
        network.goodbye = self._send_byebye

    @property
    def port(self) -> int:
        """Return the UDP port."""
        return self._udp.port

    @property
    def udn(self) -> str:
        """Return the unique device name, `uuid:...`, derived from the serial number."""
        serial = self._text("system.serialnumber")
        return f"uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'pulse {serial}')}"

    @property
    def location(self) -> str:
        """Return the URL of the description."""
        return f"{self._base_url}{DESCRIPTION_PATH}"

    def announce(self, host: str, port: int) -> bool:
        """Send NOTIFY ssdp:alive; send ssdp:byebye before the projector goes to eco.

        Returns:
            False if the projector is not on the network.

        Raises:
            ValueError: The host is not a loopback address.
        """
        to = (loopback(host), port)
        if not self._network.present:
            return False
        self._announced_to.add(to)
        for target in self._targets():
            fields = {
                "HOST": _GROUP,
                "CACHE-CONTROL": f"max-age={_MAX_AGE}",
                "LOCATION": self.location,
                "NT": target,
                "NTS": "ssdp:alive",
                "SERVER": self._server,
                "USN": self._usn(target),
            }
            self._udp.send(_packet("NOTIFY * HTTP/1.1", fields), to)
        return True

    def description(self) -> bytes:
        """Return the device description as XML."""
        quirks = self._device.quirks
        model_name = self._text("system.modelname")
        root = ET.Element("root", {"xmlns": _NAMESPACE})
        version = ET.SubElement(root, "specVersion")
        ET.SubElement(version, "major").text = "1"
        ET.SubElement(version, "minor").text = "0"
        device = ET.SubElement(root, "device")
        texts = {
            "deviceType": DEVICE_TYPE,
            "friendlyName": self._text("system.name") or model_name,
            "manufacturer": quirks.ssdp_manufacturer,
            "modelName": model_name,
        }
        if quirks.ssdp_serial:
            texts["serialNumber"] = self._text("system.serialnumber")
        texts |= {"UDN": self.udn, "presentationURL": f"{self._base_url}/"}
        for name, text in texts.items():
            ET.SubElement(device, name).text = text
        text = ET.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()

    @property
    def _base_url(self) -> str:
        web = self._network.web
        assert web is not None
        host = f"[{web.host}]" if ":" in web.host else web.host
        return f"http://{host}:{web.port}"

    @property
    def _server(self) -> str:
        firmware = self._text("system.firmwareversion")
        return f"Linux/4.14 UPnP/1.0 Pulse/{firmware or '1.0'}"

    def _text(self, name: str) -> str:
        value = self._device.setting(name)
        return "" if value is None else str(value)

    def _targets(self) -> tuple[str, str, str]:
        return ROOT_DEVICE, self.udn, DEVICE_TYPE

    def _usn(self, target: str) -> str:
        return target if target == self.udn else f"{self.udn}::{target}"

    def _receive(self, data: bytes, sender: Address) -> None:
        if not self._network.present:
            return
        for target in self._requested_targets(data):
            fields = {
                "CACHE-CONTROL": f"max-age={_MAX_AGE}",
                "EXT": "",
                "LOCATION": self.location,
                "SERVER": self._server,
                "ST": target,
                "USN": self._usn(target),
            }
            self._udp.send(_packet("HTTP/1.1 200 OK", fields), sender)

    def _requested_targets(self, data: bytes) -> Iterator[str]:
        """Yield the matching search targets of a request."""
        first, *lines = data.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        fields = {name.strip().upper(): value.strip() for name, _, value in pairs}
        if first != "M-SEARCH * HTTP/1.1" or fields.get("MAN") != '"ssdp:discover"':
            return
        requested = fields.get("ST")
        for target in self._targets():
            if requested in (target, ALL_TARGETS):
                yield target

    def _send_byebye(self) -> None:
        announced_to, self._announced_to = self._announced_to, set()
        for to in announced_to:
            for target in self._targets():
                fields = {
                    "HOST": _GROUP,
                    "NT": target,
                    "NTS": "ssdp:byebye",
                    "USN": self._usn(target),
                }
                self._udp.send(_packet("NOTIFY * HTTP/1.1", fields), to)


def _packet(start_line: str, fields: dict[str, str]) -> bytes:
    lines = [
        start_line,
        *(f"{name}: {value}".rstrip() for name, value in fields.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()
