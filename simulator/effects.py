"""Properties whose change has further effects."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from .device import Device
from .jsontypes import JsonValue
from .model import STATES
from .session import Session

type Effect = Callable[[Device, str, JsonValue], None]


def apply(
    device: Device, name: str, value: JsonValue, by: Session | None = None
) -> None:
    """Set a property with all further effects.

    Raises:
        RpcError: The projector cannot do it.
        TypeError, ValueError: The value is not valid for this property.
    """
    for pattern, effect in EFFECTS.items():
        if fnmatchcase(name, pattern):
            effect(device, name, value)
            return
    device.put(name, value, by=by)


def select_source(device: Device, _name: str, value: JsonValue) -> None:
    """Change the source."""
    device.inputs.select(value)


def plug_signal(device: Device, name: str, value: JsonValue) -> None:
    """Change the signal at a connector."""
    if not isinstance(value, dict):
        raise TypeError(f"{name}: {value!r} is not an object")
    device.inputs.plug(name, value)


def move_motor(device: Device, name: str, target: JsonValue) -> None:
    """Set a target; the position follows after the motor has moved."""
    motor = name.rpartition(".")[0]

    def arrive() -> None:
        device.put(f"{motor}.position", target)
        device.put(f"{motor}.state", "Stopped")

    device.put(name, target)
    device.put(f"{motor}.state", "Running")
    device.clock.work(motor, device.model.durations["motor"], arrive)


def force_state(device: Device, name: str, value: JsonValue) -> None:
    """Enter a power state without a transition."""
    if value not in STATES:
        raise ValueError(f"{name}: {value!r} is not a power state")
    device.power.start(str(value))


def set_timer(device: Device, name: str, value: JsonValue) -> None:
    """Change a power timer and restart its countdown."""
    device.put(name, value)
    device.power.activity()


def show_menu(device: Device, _name: str, value: JsonValue) -> None:
    """Open or close the on-screen menu."""
    device.menu.show(value is True)


EFFECTS: dict[str, Effect] = {
    "image.window.main.source": select_source,
    "image.connector.*.detectedsignal": plug_signal,
    "optics.*.target": move_motor,
    "system.state": force_state,
    "system.*.timeout.enable": set_timer,
    "system.*.timeout.duration": set_timer,
    "ui.menu": show_menu,
}
