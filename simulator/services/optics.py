"""Methods of lens motors and the shutter."""

from ..effects import move_motor
from ..jsontypes import JsonValue
from .call import Call, Handler


def _move_by(call: Call, steps: int) -> JsonValue:
    position = _number(call, "position") + steps
    low, high = _number(call, "minposition"), _number(call, "maxposition")
    move_motor(call.device, f"{call.owner}.target", max(low, min(high, position)))
    return None


def step_forward(call: Call) -> JsonValue:
    """Move toward the highest position by `steps`."""
    return _move_by(call, call.number("steps", 1))


def step_reverse(call: Call) -> JsonValue:
    """Move toward the lowest position by `steps`."""
    return _move_by(call, -call.number("steps", 1))


def run_forward(call: Call) -> JsonValue:
    """Move to the highest position."""
    move_motor(call.device, f"{call.owner}.target", _number(call, "maxposition"))
    return None


def run_reverse(call: Call) -> JsonValue:
    """Move to the lowest position."""
    move_motor(call.device, f"{call.owner}.target", _number(call, "minposition"))
    return None


def stop(call: Call) -> JsonValue:
    """Stop at the current position."""
    move_motor(call.device, f"{call.owner}.target", _number(call, "position"))
    return None


def shift_to_center(call: Call) -> JsonValue:
    """Move both lens shift motors to their center positions."""
    for motor in ("optics.lensshift.horizontal", "optics.lensshift.vertical"):
        ends = [call.device.store.kept(f"{motor}.{end}position") for end in _ENDS]
        numbers = [end for end in ends if isinstance(end, int)]
        if len(numbers) == len(_ENDS):
            move_motor(call.device, f"{motor}.target", sum(numbers) // len(_ENDS))
    return None


def toggle_shutter(call: Call) -> JsonValue:
    """Open a closed shutter, or close an open one."""
    target = f"{call.owner}.target"
    closed = call.device.store.kept(target) == "Closed"
    move_motor(call.device, target, "Open" if closed else "Closed")
    return None


def _number(call: Call, name: str) -> int:
    value = call.device.store.kept(f"{call.owner}.{name}")
    return value if isinstance(value, int) else 0


_ENDS = ("min", "max")

METHODS: dict[str, Handler] = {
    "optics.*.stepforward": step_forward,
    "optics.*.stepreverse": step_reverse,
    "optics.*.runforward": run_forward,
    "optics.*.runreverse": run_reverse,
    "optics.*.stop": stop,
    "optics.shifttocenter": shift_to_center,
    "optics.shutter.toggle": toggle_shutter,
}
