"""Methods of property.* and signal.*, and introspect."""

from ..access import sees
from ..effects import apply
from ..jsontypes import JsonValue
from ..model import Property
from ..rpc import (
    FAILED,
    NOT_FOUND,
    PERMISSION_TEXT,
    WRONG_PARAMETER,
    RpcError,
    wrong_type,
)
from ..values import clamp, fits_range, fits_type
from .call import Call, Handler


def get(call: Call) -> JsonValue:
    """Return a value for a name, or an object for a list of names."""
    requested = call.params.get("property")
    if isinstance(requested, str):
        return call.device.read(requested, call.session)
    found: dict[str, JsonValue] = {}
    for name in _names(call, "property"):
        try:
            found[name] = call.device.read(name, call.session)
        except RpcError:
            if call.device.quirks.missing_name == "error":
                raise
            if call.device.quirks.missing_name == "null":
                found[name] = None
    return found


def set_value(call: Call) -> JsonValue:
    """Set a property after checking access, type and range."""
    name = call.text("property")
    if "value" not in call.params:
        raise wrong_type()
    call.device.read(name, call.session)
    prop = call.device.store.property(name)
    if not prop.writable:
        raise RpcError(call.device.quirks.read_only_code, PERMISSION_TEXT["short"])
    value = _checked(call, prop, call.params["value"])
    apply(call.device, name, value, by=call.session)
    if call.device.quirks.set_notification == "before":
        call.device.flush()
    return True


def _checked(call: Call, prop: Property, value: JsonValue) -> JsonValue:
    quirks = call.device.quirks
    if prop.type.base == "bool" and quirks.string_booleans == "accept":
        value = {"true": True, "false": False}.get(str(value), value)
    if not fits_type(prop.type, value):
        raise wrong_type()
    if quirks.out_of_range == "accept" or _in_range(call, prop, value):
        return value
    if quirks.out_of_range == "clamp" and isinstance(value, int | float):
        return clamp(prop.type, value)
    raise RpcError(WRONG_PARAMETER, f"Value out of range: {prop.name}")


def _in_range(call: Call, prop: Property, value: JsonValue) -> bool:
    if not fits_range(prop.type, value):
        return False
    if not prop.bounds or not isinstance(value, int | float):
        return True
    low, high = (call.device.store.kept(name) for name in prop.bounds)
    return (
        isinstance(low, int | float)
        and isinstance(high, int | float)
        and low <= value <= high
    )


def subscribe(call: Call) -> JsonValue:
    """Subscribe to changes. `initial_push` sends the current values first."""
    quirks = call.device.quirks
    names = _names(call, "property")
    for name in names:
        missing = not call.device.store.exists(name) or name in quirks.absent_properties
        if name in quirks.unsubscribable:
            raise RpcError(FAILED, f"Cannot subscribe: {name}")
        if missing and quirks.subscribe_missing == "error":
            raise RpcError(NOT_FOUND, f"Property not found: {name}")
        if missing and quirks.subscribe_missing == "ignore":
            continue
        call.session.properties.add(name)
        if quirks.initial_push and not missing:
            call.session.queue_change(name, call.device.read(name, call.session))
    call.device.schedule_flush()
    return True


def unsubscribe(call: Call) -> JsonValue:
    """Unsubscribe from changes."""
    call.session.properties.difference_update(_names(call, "property"))
    return True


def subscribe_signal(call: Call) -> JsonValue:
    """Subscribe to signals."""
    call.session.signals.update(_names(call, "signal"))
    return True


def unsubscribe_signal(call: Call) -> JsonValue:
    """Unsubscribe from signals."""
    call.session.signals.difference_update(_names(call, "signal"))
    return True


def introspect(call: Call) -> JsonValue:
    """Describe an object, by default recursively."""
    device = call.device
    name = str(call.params.get("object", ""))

    def present(member: str) -> bool:
        return (
            device.store.present(member)
            and member not in device.quirks.absent_methods
            and sees(member, call.session, device.protected, device.quirks)
        )

    if not device.tree.knows(name) or not (name == "" or present(name)):
        raise RpcError(NOT_FOUND, f"Object not found: {name}")
    recursive = call.params.get("recursive", True) is True
    if recursive and device.quirks.recursion == "refused":
        raise RpcError(WRONG_PARAMETER, "Recursive introspection is not supported")
    recursive = recursive and device.quirks.recursion == "full"
    return device.tree.describe(name, recursive, present, device.quirks)


def _names(call: Call, param: str) -> list[str]:
    value = call.params.get(param)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        raise wrong_type()
    texts = [name for name in names if isinstance(name, str)]
    if len(texts) != len(names):
        raise wrong_type()
    return texts


METHODS: dict[str, Handler] = {
    "property.get": get,
    "property.set": set_value,
    "property.subscribe": subscribe,
    "property.unsubscribe": unsubscribe,
    "signal.subscribe": subscribe_signal,
    "signal.unsubscribe": unsubscribe_signal,
    "introspect": introspect,
}
