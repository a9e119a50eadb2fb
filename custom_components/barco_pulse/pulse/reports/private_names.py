"""Decide by names and by their form which texts are private."""

import re
from typing import Final

from ..const import FALLBACK_PROPERTIES, IDENTITY
from .private_texts import ADDRESS

PRIVATE_NAMES: Final = re.compile(
    r"serial|hwaddress|\bmac$|host|userslug$|address|ip[46]|dns|gateway|domain$|proxy|password"
    r"|\bpin\b|pin_?code$|auth_?code$|token|publickey|username|imei|iccid|phone|location|peers$"
    r"|grouplist$|membershiplist$",
    re.IGNORECASE,
)
"""Names of values whose texts are private; each such text is redacted everywhere."""
MAC_NAMES: Final = re.compile(r"mac|hwaddress", re.IGNORECASE)
"""Names of values that may be MAC addresses without separators."""
PRIVATE_NUMBERS: Final = re.compile(
    r"serial|password|\bpin\b|pin_?code$|auth_?code$|token|username|imei|iccid|phone",
    re.IGNORECASE,
)
"""Names of values whose numbers are private as well."""
HOST_NAMES: Final = re.compile(r"host", re.IGNORECASE)
"""Names of host names, whose first part may be private as well."""
CREDENTIALS: Final = re.compile(
    r"password|\bpin\b|pin_?code$|auth_?code$|token", re.IGNORECASE
)
"""Names of texts that stay private even if the projector gives them as its model."""
DISPLAY_NAMES: Final = ("title", "name", "system.name")
"""Names of values that are private, unless they consist of the model name and
redacted texts only. The first two only count at the top of a section."""
VERSIONS: Final = re.compile(r"version|firmware", re.IGNORECASE)
"""Names of values that may look like IP addresses."""
MODEL: Final = IDENTITY["model"]
NAME: Final = IDENTITY["name"]
_MIN_SECRET_LENGTH: Final = 6
"""Shorter texts without a digit ("AUTO", "admin") may occur elsewhere by chance."""
_WORDS: Final = " ".join(
    (
        "jsonrpc method params result error message property.subscribe"
        " property.unsubscribe property.changed signal.callback introspect authenticate"
        " username password administrator poweruser currentuser testuser redacted"
        " screen display displayport optics remotecontrol",
        *IDENTITY.values(),
        *FALLBACK_PROPERTIES,
    )
)
"""Words of the protocol and names of built-in accounts, which are no secrets."""


def is_identifying(text: str) -> bool:
    """Return True if a text is unlikely to occur elsewhere by chance."""
    text = text.strip()
    if text.casefold() in _WORDS:
        return False
    return len(text) >= _MIN_SECRET_LENGTH or (
        len(text) > 1 and any(map(str.isdigit, text))
    )


def is_version(name: str, text: str) -> bool:
    """Return True if a text only looks like an address."""
    return bool(VERSIONS.search(name)) and ADDRESS.fullmatch(text) is not None
