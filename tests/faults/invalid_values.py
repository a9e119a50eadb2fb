"""Values that no projector sends."""

from collections.abc import Mapping
from typing import Any

from custom_components.barco_pulse.pulse.const import IDENTITY

IMAGE = "<img src=x onerror=alert(1)>"
LINK = "[Press here](https://example.invalid) ![x](https://example.invalid/x.png)"
LINES = (
    "Fine\n2026-11-26 00:00:00 ERROR (MainThread) [root] Owned\r\0\x1b[31m\u2028\u202e"
)
MANY = 100_000
MEGA = "M" * 1_000_000
LONG = "long" * 2500
DIGITS = "9" * 4000
SAFE = {*IDENTITY.values(), "user.authenticationrequired"}
INLETS = "environment.temperature"

nested: Any = "deep"
for _ in range(400):
    nested = {"a": [nested]}

INVALID_BY_NAME: Mapping[str, Any] = {
    "nan": float("nan"),
    "infinity": float("-inf"),
    "huge float": 1e300,
    "huge integer": 10**300,
    "endless integer": 10**4000,
    "negative": -(10**11),
    "true": True,
    "empty text": "",
    "lines": LINES,
    "html": IMAGE,
    "long": LONG,
    "1 MB": MEGA,
    "half a character": "a\ud83dz",
    "empty list": [],
    "empty object": {},
    "nested": nested,
    "list of all": [None, True, -1, 1e300, IMAGE, LINES, [], {}, [[]], {"a": {}}],
    "object of all": {"active": "yes", "name": [], IMAGE: LINES, LINES: {}, "": None},
    "unknown": "unknown",
    "unavailable": "unavailable",
    "many texts": [f"text {number}" for number in range(20_000)],
    "many members": {f"member {number}": number for number in range(20_000)},
}
INVALID_VALUES = [
    value
    for name, value in INVALID_BY_NAME.items()
    if not name.startswith(("1", "many"))
]


NAMES = [
    IMAGE,
    LINES,
    LONG,
    LINK,
    "",
    " ",
    ".",
    "..",
    "{block} {0}",
    "ümläut",
    "日本",
    "a b",
    "a_b",
    "a.b",
    "__class__",
    "%s%n",
]
