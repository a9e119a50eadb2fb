"""What the names and units of control blocks say.

There are two styles of names: `environment.temperature.inlet` and
`environment.laser.board0.bank0.temperature`.
"""

from typing import Final

from .const import ENVIRONMENT

_VALUE: Final = ".value"

_WORDS: Final = {
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
"""A word in the name of a block, and what such a block measures."""

QUANTITIES: Final = tuple(dict.fromkeys(_WORDS.values()))
"""What control blocks measure, as the projector calls the value types."""

OF_UNITS: Final = {
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
"""Units that only one quantity has. Percent, for example, has several."""
UNITLESS: Final = "NotApplicable"


def value_name(block: str) -> str:
    """Return the name of a block's value, however the projector lists the block."""
    path = block.removeprefix(ENVIRONMENT).removesuffix(_VALUE)
    return f"{ENVIRONMENT}{path}{_VALUE}"


def member_name(value: str, member: str) -> str:
    """Return the property of a block that stands beside its value, "unit" for example."""
    return f"{value.removesuffix(_VALUE)}.{member}"


def parsed(name: str) -> tuple[str | None, str]:
    """Return what a block measures, None if its name does not say, and where."""
    path = name.removeprefix(ENVIRONMENT).removesuffix(_VALUE)
    words = path.lower().split(".")
    # Most names begin with the word, or end with it: only then look between.
    order = [0, *range(len(words) - 1, 0, -1)]
    # "power" may as well be the place: "environment.power.board0.temperature".
    order.sort(key=lambda at: words[at] == "power")
    found = next((at for at in order if words[at] in _WORDS), None)
    if found is None:
        return None, path
    words = path.split(".")
    word = words.pop(found).lower()
    if word == "tacho" and words[:1] == ["fan"] and len(words) > 1:
        del words[0]  # "fan.psu.tacho" is the speed of what others call "fanspeed.psu"
    if word == "image-tilt":
        words.insert(0, "image")
    return _WORDS[word], ".".join(words)
