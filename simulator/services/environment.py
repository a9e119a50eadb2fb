"""Methods of environment.* and statistics.*."""

from ..jsontypes import JsonValue
from .call import Call, Handler

ENVIRONMENT = "environment."
STATISTICS = "statistics."


def get_control_blocks(call: Call) -> JsonValue:
    """Return the values of the blocks of a type and value type."""
    block_type, value_type = call.text("type"), call.text("valuetype")
    found: dict[str, JsonValue] = {}
    for name, block in call.device.model.blocks.items():
        if block.block_type != block_type or value_type not in (
            block.value_type,
            "Any",
        ):
            continue
        if _present(call, name):
            value = call.device.store.kept(f"{name}.value")
            found[_block_key(call, name)] = value
    return found


def list_control_blocks(call: Call) -> JsonValue:
    """Return the names of all blocks that exist now."""
    return [
        _block_key(call, name)
        for name in call.device.model.blocks
        if _present(call, name)
    ]


def get_output(call: Call) -> JsonValue:
    """Return the value of one block."""
    return call.device.store.kept(f"{call.owner}.value")


def list_counters(call: Call) -> JsonValue:
    """Return name, value and unit of every counter."""
    return [
        {
            "name": name.removeprefix(STATISTICS).removesuffix(".value"),
            "value": call.device.store.kept(name),
            "unit": prop.unit,
        }
        for name, prop in call.device.model.properties.items()
        if prop.unit and name.startswith(STATISTICS)
    ]


def get_counter_name(call: Call) -> JsonValue:
    """Return the name of one counter."""
    return call.owner.removeprefix(STATISTICS)


def get_counter_unit(call: Call) -> JsonValue:
    """Return the unit of one counter."""
    return call.device.model.properties[f"{call.owner}.value"].unit


def _present(call: Call, name: str) -> bool:
    return all(map(call.device.store.present, (name, f"{name}.value")))


def _block_key(call: Call, name: str) -> str:
    full = call.device.quirks.block_keys == "full"
    return name if full else name.removeprefix(ENVIRONMENT)


METHODS: dict[str, Handler] = {
    "environment.getcontrolblocks": get_control_blocks,
    "environment.getallcontrolblocks": list_control_blocks,
    "environment.*.getoutput": get_output,
    "statistics.listcounters": list_counters,
    "statistics.*.getname": get_counter_name,
    "statistics.*.getunit": get_counter_unit,
}
