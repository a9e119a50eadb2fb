"""Keys of the remote control and the keypad."""

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
    """Return the parameters of a method that accepts these keys."""
    return {"key": PropertyType("enum", options=keys)}


@pytest.mark.parametrize("method", [POST_EVENT, CLICK, PRESS, RELEASE])
def test_key_names(method: str) -> None:
    """Find each key by its own and its friendly name, in either form."""
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
def test_friendly_name_prefers_the_remote_control(keys: tuple[str, str]) -> None:
    """Use the key of the remote control if the keypad has it too."""
    key_names = keys_by_command_name({POST_EVENT: takes(*keys)})
    assert key_names == {"ok": "RC_OK", "RC_OK": "RC_OK", "KP_OK": "KP_OK"}


def test_keys_without_a_known_prefix() -> None:
    """Use a name without a known prefix as the friendly name."""
    key_names = keys_by_command_name(
        {POST_EVENT: takes("MENU", "TP_TOUCH", "AP_POWER_OFF")}
    )
    assert key_names["menu"] == "MENU"
    assert key_names["touch"] == "TP_TOUCH"
    assert key_names["power_off"] == "AP_POWER_OFF"


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
    """Return no keys if the projector lists none."""
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
    """Use the form that the projector supports, preferably the newer one."""
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
    """Press a key of the simulator by either form."""
    simulator = await start_projector(model, state="on")
    async with running_projector(simulator, property_names=KEY_METHODS) as projector:
        key_names = projector.snapshot.methods
        assert key_names.keys() & {*KEY_METHODS} == methods
        keys = keys_by_command_name(key_names)
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


async def test_projector_without_keys(start_projector: StartProjector) -> None:
    """Raise the error of the projector."""
    simulator = await start_projector("minimal", state="on")
    async with running_projector(simulator, property_names=KEY_METHODS) as projector:
        assert keys_by_command_name(projector.snapshot.methods) == {}
        with pytest.raises(PulseRpcError):
            await projector.press_key("RC_OK")


async def test_key_events(start_projector: StartProjector) -> None:
    """Report each key that is pressed on the remote control."""
    signals: list[tuple[str, JsonObject]] = []
    simulator = await start_projector(state="on")
    async with running_projector(
        simulator, on_signal=lambda name, arguments: signals.append((name, arguments))
    ) as projector:
        pressed: dict[str, Any] = {"key": "RC_OK", "type": "CLICKED", "source": "IR"}
        simulator.signal(KEY_EVENT, pressed)
        simulator.signal(KEY_EVENT, pressed)
        simulator.signal("unheard.of", {})
        simulator.change("system.health", "Warning")
        await projector.until_value("system.health", "Warning")
    assert signals == [(KEY_EVENT, pressed)] * 2
