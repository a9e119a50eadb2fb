"""Redaction of private data."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.barco_pulse.redaction import REDACTED, Redactor

SERIAL = "1730052877"
MODEL = "Balder CS"


def redact_mapping(*sections: dict[str, Any], model: str | None = MODEL) -> list[Any]:
    """Redact some sections after collecting names from all of them."""
    redactor = Redactor(model, *sections)
    return [redactor.redact_mapping(section) for section in sections]


@pytest.mark.parametrize(
    "name",
    [
        "host",
        "mac",
        "auth_code",
        "password",
        "pin",
        "pin_code",
        "serial_number",
        "username",
        "gsm.pin",
        "gsm.imei",
        "illumination.laser.getserialnumber",
        "iot.cloudservices.location",
        "network.device.lan.hwaddress",
        "network.domain",
        "network.hostname",
        "network.linkedservices.availablepeers",
        "network.proxy.url",
        "snmp.trapaddress",
        "system.serialnumber",
        "user.admin.password",
        "user.admin.pincode",
        "user.admin.publickey",
        "user.admin.username",
        "user.token",
    ],
)
def test_private_names(name: str) -> None:
    """Redact the texts of private names, but keep the names."""
    (values,) = redact_mapping({name: "a", f"{name}.x": "a"}, model=None)

    assert values[name] == REDACTED
    assert redact_mapping({name: ""}) == [{name: ""}]
    assert redact_mapping({name: None}) == [{name: None}]


@pytest.mark.parametrize(
    "name",
    [
        "dmx.monitor.connectionstate.active",
        "firmware.firmwareversion",
        "image.connector.hdmi.name",
        "image.pinchoff",
        "profile.profiles",
        "protocols.pjlink.enable",
        "spinning.name",
        "statistics.laserruntime.value",
        "system.articlenumber",
        "system.modelname",
    ],
)
def test_other_names(name: str) -> None:
    """Keep all other values."""
    assert redact_mapping({name: "text"}) == [{name: "text"}]


def test_structure_is_kept() -> None:
    """Keep members and types, which the simulator needs."""
    config = {"Address": "192.0.2.30", "Mask": "", "Dns": ["192.0.2.1"], "Prefix": 24}

    (values,) = redact_mapping({"network.device.lan.ip4config": config})

    assert values["network.device.lan.ip4config"] == {
        "Address": REDACTED,
        "Mask": "",
        "Dns": [REDACTED],
        "Prefix": 24,
    }


@pytest.mark.parametrize(
    ("secrets", "text", "left"),
    [
        ({"system.serialnumber": SERIAL}, f"No. {SERIAL}!", f"No. {REDACTED}!"),
        ({"pin": "47"}, "code 47", f"code {REDACTED}"),
        ({"pin": "4"}, "4 of 4 lamps", "4 of 4 lamps"),
        ({"host": "beamer.lan"}, "http://beamer.lan/", f"http://{REDACTED}/"),
        ({"host": "tv"}, "tv", "tv"),
        ({"user.a.username": "admin"}, "admin", "admin"),
        ({"user.a.username": "Grandma"}, "Hi Grandma", f"Hi {REDACTED}"),
        ({"a.host": "kino", "b.host": "kino-keller"}, "kino-keller", REDACTED),
        ({"network.peers": [{"Hostname": "keller-3"}]}, "keller-3", REDACTED),
        ({}, "from 192.0.2.30 and", f"from {REDACTED} and"),
        ({}, "00:0D:0A:4E:21:07", REDACTED),
        ({}, "00-0d-0a-4e-21-07", REDACTED),
        ({}, "version 2.3.19", "version 2.3.19"),
        ({}, "3840x2160@23.98 Hz", "3840x2160@23.98 Hz"),
    ],
)
def test_inside_longer_texts(secrets: dict[str, Any], text: str, left: str) -> None:
    """Redact private texts inside others, but not accidental matches."""
    _, values = redact_mapping(
        secrets, {"notification.list": [{"message": text, "n": 1}]}
    )

    assert values == {"notification.list": [{"message": left, "n": 1}]}


@pytest.mark.parametrize("name", ["title", "name", "system.name"])
@pytest.mark.parametrize(
    ("called", "left"),
    [
        (f"{MODEL} {SERIAL}", f"{MODEL} {REDACTED}"),
        (f"{MODEL}-{SERIAL}", f"{MODEL}-{REDACTED}"),
        (MODEL, MODEL),
        ("", ""),
        ("Kino im Keller", REDACTED),
        (f"Anna's {MODEL}", REDACTED),
    ],
)
def test_names_of_the_projector(name: str, called: str, left: str) -> None:
    """Keep names by Barco, redact names by the user."""
    *_, values = redact_mapping({"system.serialnumber": SERIAL}, {name: called})

    assert values == {name: left}


@pytest.mark.parametrize("name", ["title", "name", "system.name"])
def test_names_by_the_user_are_redacted_everywhere(name: str) -> None:
    """Redact them in other texts, in any order of sections."""
    other = {"notification.list": ["Kino im Keller is hot"]}

    *_, values = redact_mapping({name: "Kino im Keller"}, {"serial": SERIAL}, other)

    assert values == {"notification.list": [f"{REDACTED} is hot"]}


def test_without_a_model() -> None:
    """Redact all names if the model is unknown."""
    assert redact_mapping({"name": MODEL}, model=None) == [{"name": REDACTED}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(), json_values),
    st.text("0123456789", min_size=2),
    st.text(),
    st.text(),
)
def test_no_secret_is_left_in_any_value(
    values: dict[str, Any], pin: str, before: str, after: str
) -> None:
    """Redact private texts in arbitrary values."""
    text = f"{before}{pin}{after}"
    _, redacted, lists = redact_mapping(
        {"pin": pin}, values | {"told": text}, {"x": [{"y": text}]}
    )

    assert pin not in redacted["told"].replace(REDACTED, "\n")
    assert pin not in lists["x"][0]["y"].replace(REDACTED, "\n")
    assert redacted.keys() == values.keys() | {"told"}
