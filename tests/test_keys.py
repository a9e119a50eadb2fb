"""The keys of the remote control and the keypad."""

from collections.abc import Mapping
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import KEY_EVENT
from custom_components.barco_pulse.pulse.exceptions import PulseRpcError
from custom_components.barco_pulse.pulse.json_types import JsonObject
from custom_components.barco_pulse.pulse.keys import (
    KEY_METHODS,
    POST_EVENT,
    KeyEvent,
    key_request,
    keys_by_command_name,
)
from custom_components.barco_pulse.pulse.schema import Parameters, PropertyType

from .common import running_projector
from .conftest import StartProjector

CLICK = "keydispatcher.sendclickevent"
PRESS = "keydispatcher.sendpressevent"
RELEASE = "keydispatcher.sendreleaseevent"


def takes(*keys: str) -> Parameters:
    """Return the parameters of a method that takes these keys."""
    return {"key": PropertyType("enum", options=keys)}


@pytest.mark.parametrize("method", [POST_EVENT, CLICK, PRESS, RELEASE])
def test_known_keys(method: str) -> None:
    """Every key goes by its own name and by a friendly one, in either form."""
    keys = keys_by_command_name(
        {method: takes("RC_MENU", "RC_SHIFT_LEFT", "KP_LENS", "RC_1")}
    )
    assert keys == {
        "RC_MENU": "RC_MENU",
        "RC_SHIFT_LEFT": "RC_SHIFT_LEFT",
        "KP_LENS": "KP_LENS",
        "RC_1": "RC_1",
        "menu": "RC_MENU",
        "shift_left": "RC_SHIFT_LEFT",
        "lens": "KP_LENS",
        "1": "RC_1",
    }


@pytest.mark.parametrize("keys", [("RC_OK", "KP_OK"), ("KP_OK", "RC_OK")])
def test_the_remote_control_comes_first(keys: tuple[str, str]) -> None:
    """Of a key that the keypad has too, the friendly name is the remote's."""
    known = keys_by_command_name({POST_EVENT: takes(*keys)})
    assert known == {"ok": "RC_OK", "RC_OK": "RC_OK", "KP_OK": "KP_OK"}


def test_keys_of_an_unheard_of_kind() -> None:
    """A name without a prefix is friendly in itself."""
    known = keys_by_command_name(
        {POST_EVENT: takes("MENU", "TP_TOUCH", "AP_POWER_OFF")}
    )
    assert known["menu"] == "MENU"
    assert known["touch"] == "TP_TOUCH"
    assert known["power_off"] == "AP_POWER_OFF"


@pytest.mark.parametrize(
    "methods",
    [
        {},
        {POST_EVENT: {}},
        {POST_EVENT: {"key": PropertyType()}},
        {POST_EVENT: {"eventtype": PropertyType("enum", options=("PRESS",))}},
        {"system.poweron": takes("RC_MENU")},
    ],
    ids=str,
)
def test_no_keys(methods: Mapping[str, Parameters]) -> None:
    """A projector that tells of no keys has none that we know."""
    assert keys_by_command_name(methods) == {}


@pytest.mark.parametrize(
    ("event", "old", "new"),
    [
        (KeyEvent.CLICK, CLICK, "CLICKED"),
        (KeyEvent.PRESS, PRESS, "PRESS"),
        (KeyEvent.RELEASE, RELEASE, "RELEASE"),
    ],
)
def test_key_request(event: KeyEvent, old: str, new: str) -> None:
    """The form that the projector knows, the newer one where it knows both."""
    olds: dict[str, Parameters] = {key: {} for key in (CLICK, PRESS, RELEASE)}
    posted = (POST_EVENT, {"eventtype": new, "key": "RC_OK"})
    assert key_request(olds, event, "RC_OK") == (old, {"key": "RC_OK"})
    assert key_request({POST_EVENT: {}}, event, "RC_OK") == posted
    assert key_request({**olds, POST_EVENT: {}}, event, "RC_OK") == posted


@pytest.mark.parametrize(
    ("model", "methods"), [("hdr_cs", {POST_EVENT}), ("udx", {CLICK, PRESS, RELEASE})]
)
async def test_pressing_keys(
    start_projector: StartProjector, model: str, methods: set[str]
) -> None:
    """Either form does at the projector what its remote control does."""
    simulator = await start_projector(model, state="on")
    async with running_projector(simulator, property_names=KEY_METHODS) as projector:
        known = projector.snapshot.methods
        assert known.keys() & {*KEY_METHODS} == methods
        keys = keys_by_command_name(known)
        assert keys["menu"] == "RC_MENU"
        assert {"up", "down", "left", "right", "ok", "back"} <= keys.keys()
        assert all(keys[key] == key for key in keys.values())

        await projector.press_key(keys["menu"])
        await projector.press_key("KP_OK", KeyEvent.PRESS)
        await projector.press_key("KP_OK", KeyEvent.RELEASE)
        assert simulator.keys == [
            ("CLICKED", "RC_MENU"),
            ("PRESS", "KP_OK"),
            ("RELEASE", "KP_OK"),
        ]
        used = {name for name in KEY_METHODS if simulator.counters.requests[name]}
        assert used == methods


async def test_a_projector_that_knows_no_keys(start_projector: StartProjector) -> None:
    """It says so itself."""
    simulator = await start_projector("minimal", state="on")
    async with running_projector(simulator, property_names=KEY_METHODS) as projector:
        assert keys_by_command_name(projector.snapshot.methods) == {}
        with pytest.raises(PulseRpcError):
            await projector.press_key("RC_OK")


async def test_keys_that_a_person_used(start_projector: StartProjector) -> None:
    """What happens at the remote control is told, each time."""
    heard: list[tuple[str, JsonObject]] = []
    simulator = await start_projector(state="on")
    async with running_projector(
        simulator, on_signal=lambda name, arguments: heard.append((name, arguments))
    ) as projector:
        pressed: dict[str, Any] = {"key": "RC_OK", "type": "CLICKED", "source": "IR"}
        simulator.signal(KEY_EVENT, pressed)
        simulator.signal(KEY_EVENT, pressed)
        simulator.signal("unheard.of", {})
        simulator.change("system.health", "Warning")
        await projector.until_value("system.health", "Warning")
    assert heard == [(KEY_EVENT, pressed)] * 2
