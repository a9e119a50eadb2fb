"""Redact private data from diagnostics."""

from collections.abc import Callable, Iterable, Mapping, Sequence
import re
from typing import Final

from .pulse import JsonValue

REDACTED: Final = "**REDACTED**"

_PRIVATE_NAMES: Final = re.compile(
    r"serial|hwaddress|\bmac$|host|address|ip[46]|dns|gateway|domain$|proxy|password"
    r"|\bpin\b|pin_?code$|auth_?code$|token|publickey|username|imei|iccid|phone|location|peers$"
    r"|grouplist$|membershiplist$",
    re.IGNORECASE,
)
"""Names of values whose texts are private; each such text is redacted everywhere."""
_DISPLAY_NAMES: Final = ("title", "name", "system.name")
"""Names of values that are private, unless they consist of the model name and
redacted texts only."""
_ADDRESS: Final = re.compile(
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.IGNORECASE
)
_MIN_SECRET_LENGTH: Final = 6
"""Shorter texts without a digit ("AUTO", "admin") may occur elsewhere by chance."""


class Redactor:
    """Collect private texts, then redact them everywhere."""

    def __init__(self, model: str | None, *sections: Mapping[str, JsonValue]) -> None:
        """Collect the private texts from the values of all sections.

        `model` is the model name, which is not private.
        """
        self._model = model or ""
        self._secrets: set[str] = set()
        # Whether a name is private depends on the serial number.
        for is_private in (_PRIVATE_NAMES.search, _DISPLAY_NAMES.__contains__):
            for section in sections:
                for name, value in section.items():
                    if is_private(name) and self._is_private(name, value):
                        self._secrets.update(filter(_is_identifying, _texts(value)))

    def redact_mapping(self, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return the values by name, with all texts of private names redacted."""
        return {
            name: _map_strings(value, lambda text: text and REDACTED)
            if self._is_private(name, value)
            else self.redact(value)
            for name, value in values.items()
        }

    def redact(self, value: JsonValue) -> JsonValue:
        """Return a value with all private texts redacted."""
        return _map_strings(value, self._redact_text)

    def _is_private(self, name: str, value: JsonValue) -> bool:
        if name not in _DISPLAY_NAMES or not isinstance(value, str):
            return bool(_PRIVATE_NAMES.search(name))
        rest = self._redact_text(value).replace(REDACTED, "").replace(self._model, "")
        return any(map(str.isalnum, rest))

    def _redact_text(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, REDACTED)
        return _ADDRESS.sub(REDACTED, text)


def _is_identifying(text: str) -> bool:
    return len(text) >= _MIN_SECRET_LENGTH or (
        len(text) > 1 and any(map(str.isdigit, text))
    )


def _texts(value: JsonValue) -> Iterable[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _map_strings(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    """Return a value with every text in it changed by a function."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _map_strings(item, change) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_map_strings(item, change) for item in value]
    return value
