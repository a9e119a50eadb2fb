"""Keep out of a report what is nobody's business."""

from collections.abc import Callable, Iterable, Mapping, Sequence
import re
from typing import Final

from .pulse import JsonValue

REDACTED: Final = "**REDACTED**"

_PRIVATE: Final = re.compile(
    r"serial|hwaddress|\bmac$|host|address|ip[46]|dns|gateway|domain$|proxy|password"
    r"|\bpin\b|pin_?code$|auth_?code$|token|publickey|username|imei|iccid|phone|location|peers$"
    r"|grouplist$|membershiplist$",
    re.IGNORECASE,
)
"""Names whose texts are private, also wherever else the same text occurs."""
_NAMES: Final = ("title", "name", "system.name")
"""Private unless made of nothing but what is not, or what is private anyway."""
_ADDRESS: Final = re.compile(
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.IGNORECASE
)
_SHORTEST: Final = 6
"""A shorter text without a digit ("AUTO", "admin") occurs elsewhere by chance."""


class Privacy:
    """Learns what is private, then takes it out of everything."""

    def __init__(self, model: str | None, *sections: Mapping[str, JsonValue]) -> None:
        """Note the private texts among the values of all sections.

        `model`: what a projector may be called without being private.
        """
        self._model = model or ""
        self._secrets: set[str] = set()
        # Whether a name is private depends on the serial number.
        for is_private in (_PRIVATE.search, _NAMES.__contains__):
            for section in sections:
                for name, value in section.items():
                    if is_private(name) and self._is_private(name, value):
                        self._secrets.update(filter(_is_telling, _texts(value)))

    def redacted(self, named: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return these values without the texts of private names."""
        return {
            name: _mapped(value, lambda text: text and REDACTED)
            if self._is_private(name, value)
            else self.cleaned(value)
            for name, value in named.items()
        }

    def cleaned(self, value: JsonValue) -> JsonValue:
        """Return a value without any private text in it."""
        return _mapped(value, self._clean)

    def _is_private(self, name: str, value: JsonValue) -> bool:
        if name not in _NAMES or not isinstance(value, str):
            return bool(_PRIVATE.search(name))
        rest = self._clean(value).replace(REDACTED, "").replace(self._model, "")
        return any(map(str.isalnum, rest))

    def _clean(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, REDACTED)
        return _ADDRESS.sub(REDACTED, text)


def _is_telling(text: str) -> bool:
    return len(text) >= _SHORTEST or (len(text) > 1 and any(map(str.isdigit, text)))


def _texts(value: JsonValue) -> Iterable[str]:
    """Return every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _mapped(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    """Return a value with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _mapped(item, change) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_mapped(item, change) for item in value]
    return value
