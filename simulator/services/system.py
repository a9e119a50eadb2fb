"""Methods of system.*."""

from collections.abc import Callable

from ..jsontypes import JsonValue
from ..power import BusyError, Power
from ..rpc import RpcError
from .call import Call, Handler


def _moving(move: Callable[[Power], None]) -> Handler:
    """Return a function that changes the power state, or fails while it changes."""

    def method(call: Call) -> JsonValue:
        try:
            move(call.device.power)
        except BusyError as error:
            if call.device.quirks.power_in_transition == "error":
                code = call.device.quirks.power_busy_code
                raise RpcError(code, str(error)) from error
        return None

    return method


def activity(call: Call) -> JsonValue:
    """Restart the countdown of the power state."""
    call.device.power.activity()
    return None


def get_identifications(call: Call) -> JsonValue:
    """Return the identification, unless the model gives another result."""
    if call.method.result is not None:
        return call.method.result
    kept = call.device.store.kept
    return {
        "Identification": kept("system.modelname"),
        "IdentificationFamily": kept("system.familyname"),
        "SerialNumber": kept("system.serialnumber"),
        "version": kept("system.firmwareversion"),
    }


METHODS: dict[str, Handler] = {
    "system.poweron": _moving(Power.power_on),
    "system.poweroff": _moving(Power.power_off),
    "system.gotoready": _moving(Power.go_to_ready),
    "system.gotoeco": _moving(Power.go_to_eco),
    "system.activity": activity,
    "system.getidentifications": get_identifications,
}
