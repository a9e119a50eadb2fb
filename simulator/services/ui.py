"""Methods of ui.*."""

from ..effects import apply
from ..jsontypes import JsonValue
from .call import Call, Handler


def toggle(call: Call) -> JsonValue:
    """Toggle the property in the method's name: ui.togglemenu toggles ui.menu."""
    switch = call.method.name.replace(".toggle", ".")
    value = call.device.store.kept(switch)
    if isinstance(value, bool):
        apply(call.device, switch, not value)
    elif isinstance(value, str):  # ui.stealthmode
        apply(call.device, switch, "On" if value == "Off" else "Off")
    return None


METHODS: dict[str, Handler] = {"ui.toggle*": toggle}
