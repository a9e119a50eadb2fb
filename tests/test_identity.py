"""The identity of a projector."""

import pytest
from wakeonlan import create_magic_packet

from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
)
from custom_components.barco_pulse.pulse.identity import Identity, read_identity
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.model.missing_names import MissingNames
from custom_components.barco_pulse.pulse.model.property_reader import PropertyReader


def test_identity() -> None:
    """Convert all parts to text."""
    identity = Identity.from_values(
        {
            "system.serialnumber": 1730052877,
            "system.modelname": "Balder CS",
            "system.familyname": "",
            "system.firmwareversion": None,
            "system.name": "Cinema",
            "network.device.lan.hwaddress": "00:0D:0A:00:00:01",
        }
    )
    assert identity == Identity(
        "1730052877", model="Balder CS", name="Cinema", mac="00:0D:0A:00:00:01"
    )


MAC = "00:0D:0A:4e:35:C2"


@pytest.mark.parametrize(
    ("reported", "mac"),
    [
        ("00-0D-0A-4e-35-C2", MAC),
        ("000D0A4e35C2", MAC),
        ("00:0D-0A4e:35:C2", MAC),
        ("00:0D:0A:4e:35", None),
        ("unknown", None),
    ],
)
def test_mac(reported: str, mac: str | None) -> None:
    """Read a MAC address in any spelling."""
    serial = {"system.serialnumber": "1"}
    identity = Identity.from_values(serial | {"network.device.lan.hwaddress": reported})
    assert identity.mac == mac
    assert mac is None or create_magic_packet(mac)
    restored = Identity.from_json({"serial_number": "1", "mac": reported})
    assert restored == identity, "stored by an older release"


@pytest.mark.parametrize("serial", [{}, {"system.serialnumber": ""}], ids=str)
def test_no_identity_without_serial_number(serial: dict[str, JsonValue]) -> None:
    """Return no identity without a serial number."""
    with pytest.raises(PulseProtocolError):
        Identity.from_values({"system.modelname": "Printer"} | serial)


@pytest.mark.parametrize(("serial", "model"), [("1", "Loki"), ("2", None)])
def test_missing_parts_are_kept(serial: str, model: str | None) -> None:
    """Keep missing parts for the same projector only."""
    known_identity = Identity("1", model="Loki", name="Cinema")
    values: dict[str, JsonValue] = {"system.serialnumber": serial, "system.name": ""}
    identity = Identity.from_values(values, known_identity)
    assert identity == Identity(serial, model=model)


@pytest.mark.parametrize(
    ("identity", "title"),
    [
        (Identity("1", model="Loki", name="Cinema"), "Cinema"),
        (Identity("1", model="Loki"), "Loki 1"),
        (Identity("1"), "1"),
    ],
)
def test_title(identity: Identity, title: str) -> None:
    """Use the owner's name for it, or model and serial number."""
    assert identity.title == title


@pytest.mark.parametrize(
    ("name", "device_name"),
    [
        (None, "Balder CS"),
        ("Balder CS-1730052877", "Balder CS"),
        ("BALDER CS_1730052877", "Balder CS"),
        ("1730052877 (Balder CS)", "Balder CS"),
        ("Balder CS", "Balder CS"),
        ("Balder CS left", "Balder CS left"),
        ("Balder CS-1730052878", "Balder CS-1730052878"),
        ("Cinema", "Cinema"),
    ],
)
def test_device_name(name: str | None, device_name: str) -> None:
    """Ignore a name that consists of model and serial number."""
    identity = Identity("1730052877", model="Balder CS", name=name)
    assert identity.device_name == device_name


def test_device_name_without_a_model() -> None:
    """Use the serial number."""
    assert Identity("1730052877").device_name == "1730052877"


WHO = {"system.serialnumber": "1730052877", "system.modelname": "Balder CS"}
LOGIN = "user.authenticationrequired"


def reader_of(answer: JsonValue | PulseError) -> PropertyReader:
    """Return a reader of a projector that gives the same response to everything."""

    async def request(method: str, params: JsonValue) -> JsonValue:
        if isinstance(answer, PulseError):
            raise answer
        return answer

    return PropertyReader(request, MissingNames(), {})


@pytest.mark.parametrize("login", [{}, {LOGIN: True}, {LOGIN: False}], ids=str)
async def test_read_identity(login: dict[str, JsonValue]) -> None:
    """Accept a serial number without a login, with any other responses."""
    identity = await read_identity(reader_of(WHO | login))
    assert identity == Identity("1730052877", "Balder CS")


@pytest.mark.parametrize(
    ("answer", "error_class"),
    [
        ({LOGIN: True}, PulsePermissionError),
        ({LOGIN: False}, PulseProtocolError),
        ({"system.serialnumber": ""}, PulseProtocolError),
        ({}, PulseProtocolError),
        ("on", PulseProtocolError),
        (PulseInvalidStateError("busy", -32009), PulseInvalidStateError),
        (PulseInvalidStateError("Property not found", -32601), PulseProtocolError),
        (PulsePermissionError("Access permission error", -32001), PulsePermissionError),
        (PulseConnectionError("lost"), PulseConnectionError),
    ],
    ids=repr,
)
async def test_read_identity_fails(
    answer: JsonValue | PulseError, error_class: type[PulseError]
) -> None:
    """Tell apart a missing login, a busy projector and another service."""
    with pytest.raises(error_class) as failed:
        await read_identity(reader_of(answer))
    assert type(failed.value) is error_class
