"""The commands `get`, `set` and `call`."""

from collections.abc import Sequence
import json

from aiobarcopulse import JsonValue, Projector, PulseInvalidStateError, block_reason

from .errors import CommandError, ExitCode
from .output import Output, complete, table
from .target import Target

_REASONS = {
    "access": "could lock out users",
    "connection": "belongs to the connection itself",
    "delete": "deletes data on the projector",
    "firmware": "changes the firmware",
    "hardware": "could harm the hardware",
    "license": "changes licenses",
    "network": "could disconnect the projector from its network",
    "reset": "resets or restarts the projector",
    "unknown": "is not known to be harmless",
}
"""Why `block_reason` blocks a name."""

_NOTHING = {"default_names": lambda snapshot: ()}


async def get(output: Output, target: Target, names: Sequence[str]) -> None:
    """Print the values of properties."""
    async with target.connected(**_NOTHING) as projector:
        values = {name: await _get(projector, name) for name in names}
    if len(names) == 1:
        output.result(values, complete(values[names[0]]))
    else:
        rows = [(name, complete(value)) for name, value in values.items()]
        output.result(values, table("", "", rows=rows))


async def _get(projector: Projector, name: str) -> JsonValue:
    try:
        return await projector.get_property(name)
    except PulseInvalidStateError as error:
        raise CommandError(
            ExitCode.REFUSED,
            f"The projector has no property {name} in the present power state, or does"
            " not know it. Methods are called by: call.",
            error,
        ) from error


async def set_value(output: Output, target: Target, name: str, text: str) -> None:
    """Set a property, and print its value afterwards."""
    _raise_if_blocked(name, is_method=False)
    async with target.connected(**_NOTHING) as projector:
        await _raise_if_unknown(projector, name, "property")
        base = projector.snapshot.property_type(name).base
        is_text = base in ("string", "enum") and name in projector.snapshot.properties
        await projector.set_property(name, text if is_text else parse_value(text))
        value = await projector.get_property(name)
    output.result({name: value}, complete(value))


async def call(output: Output, target: Target, method: str, params: str | None) -> None:
    """Call a method, and print its result."""
    _raise_if_blocked(method, is_method=True)
    async with target.connected(**_NOTHING) as projector:
        await _raise_if_unknown(projector, method, "method")
        parsed = None if params is None else parse_value(params)
        result = await projector.command(method, parsed)
    output.result({"result": result}, complete(result))


def parse_value(text: str) -> JsonValue:
    """Parse JSON; any other text is a string."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _raise_if_blocked(name: str, *, is_method: bool) -> None:
    if reason := block_reason(name, is_method=is_method):
        raise CommandError(
            ExitCode.USAGE, f"{name} is blocked, because it {_REASONS[reason]}."
        )


async def _raise_if_unknown(projector: Projector, name: str, kind: str) -> None:
    if await projector.lists(name) is False:
        raise CommandError(ExitCode.REFUSED, f"The projector has no {kind} {name} now.")
