"""Derive what a control block measures from its name and unit.

There are two styles of names: `environment.temperature.inlet` and
`environment.laser.board0.bank0.temperature`.
"""

from typing import Final

from ..const import ENVIRONMENT

_VALUE: Final = ".value"

_QUANTITY_BY_WORD: Final = {
    "temperature": "Temperature",
    "fanspeed": "Speed",
    "tacho": "Speed",
    "humidity": "Humidity",
    "pressure": "Pressure",
    "voltage": "Voltage",
    "current": "Current",
    "power": "Power",
    "altitude": "Altitude",
    "tilt": "Angle",
    "image-tilt": "Angle",
    "resistance": "Resistance",
}
"""Words in the names of blocks, and the quantity that such blocks measure."""

QUANTITIES: Final = tuple(dict.fromkeys(_QUANTITY_BY_WORD.values()))
"""The quantities that control blocks measure: the projector's value types."""

QUANTITY_BY_UNIT: Final = {
    "RPM": "Speed",
    "ampere": "Current",
    "milliampere": "Current",
    "bar": "Pressure",
    "hectopascal": "Pressure",
    "degArc": "Angle",
    "degC": "Temperature",
    "ohm": "Resistance",
    "volt": "Voltage",
    "watt": "Power",
}
"""Units that imply a quantity. Percent, for example, does not."""
UNITLESS: Final = "NotApplicable"


def value_name(block: str) -> str:
    """Return the property name of a block's value for any listed form of its name."""
    path = block.removeprefix(ENVIRONMENT).removesuffix(_VALUE)
    return f"{ENVIRONMENT}{path}{_VALUE}"


def member_name(value: str, member: str) -> str:
    """Return the name of another member of the block, such as "unit"."""
    return f"{value.removesuffix(_VALUE)}.{member}"


def parse_block_name(name: str) -> tuple[str | None, str]:
    """Return the quantity that a block measures (None if unknown) and the place."""
    path = name.removeprefix(ENVIRONMENT).removesuffix(_VALUE)
    words = path.lower().split(".")
    # Most names begin or end with the word: search the middle last.
    order = [0, *range(len(words) - 1, 0, -1)]
    # "power" may be the place, as in "environment.power.board0.temperature".
    order.sort(key=lambda at: words[at] == "power")
    found = next((at for at in order if words[at] in _QUANTITY_BY_WORD), None)
    if found is None:
        return None, path
    words = path.split(".")
    word = words.pop(found).lower()
    if word == "tacho" and words[:1] == ["fan"] and len(words) > 1:
        del words[0]  # "fan.psu.tacho" is what other models call "fanspeed.psu"
    if word == "image-tilt":
        words.insert(0, "image")
    return _QUANTITY_BY_WORD[word], ".".join(words)
