"""Redaction of private data."""

import json
from typing import Any
import unicodedata
from urllib.parse import quote, quote_plus

from hypothesis import given, strategies as st
import pytest

from custom_components.barco_pulse.pulse.reports.redaction import REDACTED, Redactor

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
        ({"pin": "210"}, "intel-i210 has 4210 at x210", "intel-i210 has 4210 at x210"),
        ({"pin": "0210"}, "code_210, 0210", f"code_{REDACTED}, {REDACTED}"),
        ({"host": "beamer.lan"}, "http://beamer.lan/", f"http://{REDACTED}/"),
        ({"host": "kino-beamer.fritz.box"}, "kino-beamer", REDACTED),
        ({"host": "display.lan"}, "displayport 1", "displayport 1"),
        ({"host": "tv"}, "tv", "tv"),
        ({"user.a.username": "admin"}, "admin", "admin"),
        ({"user.a.username": "Grandma"}, "Hi Grandma", f"Hi {REDACTED}"),
        ({"user.a.username": " Grandma "}, "Hi Grandma!", f"Hi {REDACTED}!"),
        ({"user.a.username": " " * 6}, "a      b", "a      b"),
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


MAC = "00:0D:0A:4E:21:07"
PIN_TEXT = "0047110815"
SECRETS: dict[str, Any] = {
    "pin": PIN_TEXT,
    "password": 'Geheim"es/Wört\\chen',
    "system.serialnumber": SERIAL,
    "network.device.lan.hwaddress": MAC,
    "host": "beamer.lan",
    "user.a.username": "Kino im Kéller &Co",
    "a.serial": 4711.0,
}


@pytest.mark.parametrize(
    "text",
    [
        "0047110815",
        "47110815",
        "1147110815",
        MAC.lower(),
        MAC.replace(":", "-"),
        MAC.replace(":", ""),
        "000d.0a4e.2107",
        "00 0D 0A 4E 21 07",
        MAC.replace(":", "_"),
        MAC.replace(":", "%3A"),
        quote(SECRETS["password"]),
        quote_plus(SECRETS["password"]),
        quote("Kino im Kéller &Co"),
        "kino-im-kéller-&co",
        "Kino_im_Kéller_&Co",
        "Kino  im Kéller &amp;Co",
        json.dumps("KINO IM KÉLLER &CO"),
        unicodedata.normalize("NFD", "Kino im Kéller &Co"),
        "4711",
        "_192.0.2.30_",
        "BEAMER.LAN",
        SECRETS["password"],
        json.dumps(SECRETS["password"]),
        json.dumps(SECRETS["password"], ensure_ascii=False),
        repr(SECRETS["password"]),
        json.dumps(json.dumps({"x": SECRETS["password"]})),
        "2001:0db8:85a3::8a2e:0370:7334",
        "fe80::20d:aff:fe4e:2107%eth0",
        "::ffff:198.51.100.7",
    ],
)
def test_spellings(text: str) -> None:
    """Redact a private text however it is written, also in the names of members."""
    _, values = redact_mapping(SECRETS, {"x": [text], "y": {f"a {text} b": 1}})

    left = json.dumps(values).replace(REDACTED, "")
    assert set(left) <= set("{\"x: [y]},a b1%eth0'\\_")


@pytest.mark.parametrize("secret", ["Balder CS 1", "72064213"])
@pytest.mark.parametrize("name", ["pin", "password"])
def test_model_is_no_credential(name: str, secret: str) -> None:
    """Redact a PIN or password that the projector gives as its model."""
    identity = {"system.modelname": secret}

    assert redact_mapping({name: secret}, identity, model=secret) == [
        {name: REDACTED},
        {"system.modelname": REDACTED},
    ]


def test_many_private_texts() -> None:
    """Redact with thousands of private texts, which are hidden under their names."""
    peers: Any = [{"serial": f"{n:x}-{n * 7919:08}"} for n in range(20_000)]
    values = {"network.availablepeers": peers, "x": f"{peers[0]['serial']} {PIN_TEXT}"}

    _, redacted = redact_mapping({"pin": PIN_TEXT}, values)

    assert redacted["x"] == f"{REDACTED} {REDACTED}"
    assert {peer["serial"] for peer in redacted["network.availablepeers"]} == {REDACTED}


def test_long_texts() -> None:
    """Redact a long text in time that is in proportion to its length."""
    redactor = Redactor(None, SECRETS)

    assert redactor.redact("0" * 300_000 + "47110815") == REDACTED


@pytest.mark.parametrize("text", ["12:30:45", "std::vector", "::", "1:2", "x: y"])
def test_no_address(text: str) -> None:
    """Keep what only looks a little like an IPv6 address."""
    assert redact_mapping({"x": text}) == [{"x": text}]


@pytest.mark.parametrize(
    ("number", "redacted"),
    [
        (47110815, True),
        (-47110815, True),
        (47110815.0, True),
        (147110815.5, True),
        (int(SERIAL), True),
        (4711, True),
        (47119, False),
        (0.47, False),
        (True, False),
    ],
)
def test_numbers(number: float, redacted: bool) -> None:
    """Redact a PIN or serial number that the projector repeats as a number."""
    _, values = redact_mapping(SECRETS, {"x": {"y": [number]}})

    assert values == {"x": {"y": [REDACTED if redacted else number]}}


def test_private_numbers() -> None:
    """Redact a private number under its own name and in other values."""
    values = {"a.serialnumber": 40711, "gsm.pin": 5, "x": "40711!", "y": [40711, 5]}

    assert redact_mapping(values) == [
        {
            "a.serialnumber": REDACTED,
            "gsm.pin": REDACTED,
            "x": f"{REDACTED}!",
            "y": [REDACTED, 5],
        }
    ]


def test_short_pin() -> None:
    """Keep numbers that are a short PIN by chance: they would reveal it."""
    values = {"laser.power": 100, "x": {"maximum": 100.0}, "gsm.pin": 100}

    assert redact_mapping({"pin": "100"}, values)[1] == {
        **values,
        "gsm.pin": REDACTED,
    }


def test_private_members() -> None:
    """Redact by the names of members as well, which stay different."""
    values = {"list": [{"Hostname": "tv", "Model": MODEL}], "x": {SERIAL: 1, MAC: 2}}

    assert redact_mapping({"serial": SERIAL}, values)[1] == {
        "list": [{"Hostname": REDACTED, "Model": MODEL}],
        "x": {REDACTED: 1, f"{REDACTED}'": 2},
    }


def test_not_private() -> None:
    """Keep versions, words of the protocol and the model of a peer."""
    values = {
        "firmware.firmwareversion": "1.2.3.4",
        "network.availablepeers": [{"Model": MODEL}],
        "user.admin.username": "administrator",
        "a": f"{MODEL} as administrator",
    }

    (left,) = redact_mapping(values)

    assert left["firmware.firmwareversion"] == "1.2.3.4"
    assert left["a"] == values["a"]


def test_broken_json() -> None:
    """Find and redact private values in JSON that is cut off."""
    text = (
        '"a": 1, "system.name": "Kino", "gsm.pin": 815, "username": "tv", "host": "kel'
    )
    redactor = Redactor(None)
    redactor.learn_text(text)

    assert redactor.redact_json_text(text) == (
        f'"a": 1, "system.name": "{REDACTED}", "gsm.pin": {REDACTED},'
        f' "username": "{REDACTED}", "host": "{REDACTED}'
    )
    assert redactor.redact("Kino is 815") == f"Kino is {REDACTED}"


def test_stand_ins() -> None:
    """Replace each private text always by the same one of the same shape."""
    values = {
        **SECRETS,
        "ip4config": {"Address": "198.51.100.7", "Gateway": "198.51.100.1"},
        "x": f"{SERIAL} {MAC.lower()} 198.51.100.1 fe80::1 47110815",
        "y": int(SERIAL),
        "z": [MAC.replace(":", ""), 47110815, "0047110815"],
    }
    redactor = Redactor(MODEL, values, stand_ins=True)

    assert redactor.redact_mapping(values) == {
        "pin": "0010000001",
        "password": "redacted-1",
        "system.serialnumber": "1000000001",
        "network.device.lan.hwaddress": "02:00:00:00:00:01",
        "host": "redacted-2",
        "user.a.username": "redacted-3",
        "a.serial": 1001.0,
        "ip4config": {"Address": "192.0.2.1", "Gateway": "192.0.2.2"},
        "x": "1000000001 02:00:00:00:00:01 192.0.2.2 2001:db8::1 10000001",
        "y": 1000000001,
        "z": ["020000000001", 10000001, "0010000001"],
    }


def test_stand_ins_are_no_secrets() -> None:
    """Choose no stand-in that contains a private text."""
    values = {"pin": "1001", "a.pin": "1002", "username": "ed-1ed", "b.host": "1 002"}
    redactor = Redactor(None, values, stand_ins=True)

    redacted: dict[str, Any] = redactor.redact_mapping(values)

    assert redacted["pin"] == "1003"
    assert redacted["a.pin"] == "1004"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.just(SERIAL)
    | st.just(int(SERIAL)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just(SERIAL), inner),
    max_leaves=20,
)


@pytest.mark.parametrize("stand_ins", [False, True])
@given(
    st.dictionaries(st.text(), json_values),
    st.text("0123456789", min_size=4),
    st.text(),
    st.text(),
)
def test_no_secret_is_left_in_any_value(
    stand_ins: bool, values: dict[str, Any], pin: str, before: str, after: str
) -> None:
    """Redact private texts in arbitrary values."""
    text = f"{before}{pin}{after}"
    sections = {"pin": pin, "serial": SERIAL}, {**values, "told": text}, {"x": [text]}
    redactor = Redactor(MODEL, *sections, stand_ins=stand_ins)

    results: list[Any] = [redactor.redact_mapping(section) for section in sections]
    _, redacted, lists = results

    assert SERIAL not in json.dumps(redacted)
    if not stand_ins:
        assert pin not in redacted["told"].replace(REDACTED, "\n")
        assert pin not in lists["x"][0].replace(REDACTED, "\n")
    elif int(pin):
        assert pin not in redacted["told"]
    assert len(redacted) == len({**values, "told": text})


def test_parts_make_a_secret() -> None:
    """Redact also what a stand-in and the text after it make together."""
    values = {"username": "grandma9", "host": "redacted-19"}
    redactor = Redactor(None, values, stand_ins=True)

    assert redactor.redact("grandma99") == "redacted"
