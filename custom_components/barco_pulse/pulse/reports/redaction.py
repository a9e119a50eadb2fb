"""Redact private data from diagnostics, reports and recordings.

Private are credentials, serial numbers, addresses, host names and the name that people
gave to a projector. Models, firmware, sources, connectors and presets are not.
"""

from collections.abc import Iterable, Mapping, Sequence
import json
import re
from typing import Final

from ..json_types import JsonValue
from .private_names import (
    CREDENTIALS,
    DISPLAY_NAMES,
    HOST_NAMES,
    MAC_NAMES,
    MODEL,
    NAME,
    PRIVATE_NAMES,
    PRIVATE_NUMBERS,
    VERSIONS,
    is_identifying,
    is_version,
)
from .private_texts import (
    ADDRESS,
    MAC_ADDRESS,
    MIN_DIGITS,
    MIN_MAC_LENGTH,
    REDACTED,
    PrivateTexts,
    StandIns,
    bare_mac,
    colons,
    is_number,
)

__all__ = ["REDACTED", "Redactor"]

_PASSES: Final = 3
_MAX_REMEMBERED: Final = 20_000  # texts
_MAX_PRIVATE: Final = 1_000
"""Private texts to redact everywhere; a venue with 100 projectors has 500. Further
ones are only redacted under private names."""
_MAX_PRIVATE_LENGTH: Final = 2_000
"""Characters of a private text; a public key has 800."""
_MIN_DIGITS: Final = 5
"""Fewer digits may occur in a longer number by chance."""
_PAIR: Final = re.compile(
    r'"((?:[^"\\]|\\.){1,200}+)"\s*+:\s*+(?:"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)|(-?\d+))',
    re.DOTALL,
)
"""A name with its text or number in JSON that may be cut off."""


class Redactor:
    """Collect private texts, then redact them everywhere."""

    def __init__(
        self,
        model: str | None,
        *sections: Mapping[str, JsonValue],
        stand_ins: bool = False,
    ) -> None:
        """Collect the private texts from the values of all sections.

        `model` is the model name, which is not private. `stand_ins` replaces the n-th
        private text always by the same text of the same shape. Default: by REDACTED.
        """
        self._models = {model} if model else set()
        self._stand_ins = StandIns() if stand_ins else None
        self._secrets: set[str] = set()
        self._credentials: set[str] = set()
        self._display_names: set[str] = set()
        self._patterns: PrivateTexts | None = None
        self._redacted: dict[str, str] = {}  # what `redact_text` returned before
        for section in sections:
            for name in DISPLAY_NAMES:
                if isinstance(value := section.get(name), str):
                    self._display_names.add(value)
            self.learn(section)

    def learn(self, values: Mapping[str, JsonValue]) -> None:
        """Collect the private texts from values by name, at any depth."""
        before = self._count
        for name, value in values.items():
            self._learn(name, value)
        if self._count != before:
            self._patterns = None
            self._redacted.clear()

    def learn_text(self, text: str) -> None:
        """Collect the private texts from JSON that may be cut off or broken."""
        for name, value, number in _PAIR.findall(text):
            self.learn({name: int(number[:40]) if number else _unescaped(value)})

    @property
    def _count(self) -> int:
        found = self._secrets, self._credentials, self._display_names, self._models
        return sum(map(len, found))

    def _learn(
        self,
        name: str,
        value: JsonValue,
        *,
        private: bool = False,
        numbers: bool = False,
    ) -> None:
        """Collect private texts of a value, or all texts or all numbers in it."""
        private = private or bool(PRIVATE_NAMES.search(name))
        numbers = numbers or bool(PRIVATE_NUMBERS.search(name))
        if isinstance(value, str):
            self._learn_text(name, value, private=private)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self._learn(key, item, private=private, numbers=numbers)
        elif isinstance(value, Sequence):
            for item in value:
                self._learn(name, item, private=private, numbers=numbers)
        elif numbers and _is_number(value):
            self._learn_text(name, _digits(value), private=True)

    def _learn_text(self, name: str, text: str, *, private: bool) -> None:
        if self._count >= _MAX_PRIVATE:
            return
        if len(text) > _MAX_PRIVATE_LENGTH:
            name, private = "", False  # only look for addresses in it
        if name == MODEL:
            self._models.add(text)
        elif name == NAME:
            self._display_names.add(text)
        elif len(text) >= MIN_MAC_LENGTH and not VERSIONS.search(name):
            self._secrets.update(MAC_ADDRESS.findall(text))
        if not private:
            return
        secret = text.strip()
        if is_identifying(secret):
            bare = bare_mac(secret) if MAC_NAMES.search(name) else None
            self._secrets.add(colons(bare) if bare else secret)
            if CREDENTIALS.search(name):
                self._credentials.add(secret)
        if HOST_NAMES.search(name) and not ADDRESS.search(secret):
            self._secrets.update(filter(is_identifying, [secret.partition(".")[0]]))

    def _find(self) -> PrivateTexts:
        """Return the patterns of all private texts that are known now."""
        if self._patterns is None:
            models = {model.casefold() for model in self._models}
            secrets = {t for t in self._secrets if t.casefold() not in models}
            secrets |= self._credentials
            # Whether a name is private depends on the serial number.
            patterns = self._patterns = PrivateTexts(secrets)
            names = {n.strip() for n in self._display_names if self._is_given(n)}
            if names := set(filter(is_identifying, names)):
                patterns = self._patterns = PrivateTexts(secrets | names)
            return patterns
        return self._patterns

    def _is_given(self, name: str) -> bool:
        """Return True if a name consists of more than the model and private texts."""
        rest = self._find().anything.sub("", name)
        for model in sorted(self._models, key=len, reverse=True):
            rest = rest.replace(model, "")
        return any(map(str.isalnum, rest))

    def redact_mapping(self, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return the values by name, with all texts of private names redacted."""
        return self._redact_members(values, DISPLAY_NAMES)

    def redact(self, value: JsonValue, name: str = "") -> JsonValue:
        """Return the value of `name` with all private texts and numbers redacted."""
        return self._redact(name, value, hidden=self._is_private(name, value, (NAME,)))

    def redact_description(self, value: JsonValue) -> JsonValue:
        """Return a value with all private texts redacted, under any name.

        In a description the name "password" has no password, but its type.
        """
        if isinstance(value, Mapping):
            names = _unique(self.redact_text(name) for name in value)
            return dict(
                zip(names, map(self.redact_description, value.values()), strict=True)
            )
        if isinstance(value, str):
            return self.redact_text(value)
        if isinstance(value, Sequence):
            return [self.redact_description(item) for item in value]
        return self._redact_number(value, hidden=False) if _is_number(value) else value

    def redact_text(self, text: str) -> str:
        """Return a text with all private texts in it redacted."""
        if (redacted := self._redacted.get(text)) is not None:
            return redacted
        patterns = self._find()
        redacted = patterns.anything.sub(self._replace, text)
        for _ in range(_PASSES):  # parts of two texts may make a private one
            if not patterns.known.search(redacted.replace(REDACTED, "\n")):
                break
            redacted = patterns.known.sub("redacted", redacted)
        if len(self._redacted) >= _MAX_REMEMBERED:
            self._redacted.clear()
        self._redacted[text] = redacted
        return redacted

    def redact_json_text(self, text: str) -> str:
        """Return JSON that may be cut off or broken with all private data redacted."""

        def hide(pair: re.Match[str]) -> str:
            value = _unescaped(pair[2] or "")
            if not value or not self._is_private(pair[1], value, (NAME,)):
                return pair[0]
            if self._find().anything.fullmatch(value):
                return pair[0]
            start, end = (place - pair.start() for place in pair.span(2))
            return pair[0][:start] + self._hide(value) + pair[0][end:]

        return self.redact_text(_PAIR.sub(hide, text))

    def redact_members(
        self, members: Mapping[str, JsonValue], labels: Mapping[str, str] | None = None
    ) -> dict[str, JsonValue]:
        """Return the members with private data redacted.

        `labels` has the names of values that stand under another name.
        """
        labels = labels or {}
        values = [
            self.redact(value, labels.get(name, name))
            for name, value in members.items()
        ]
        return dict(zip(_unique(map(self.redact_text, members)), values, strict=True))

    def _redact_members(
        self,
        members: Mapping[str, JsonValue],
        display_names: Sequence[str],
        *,
        hidden: bool = False,
        numbers: bool = False,
    ) -> dict[str, JsonValue]:
        values = [
            self._redact(
                name,
                value,
                hidden=hidden or self._is_private(name, value, display_names),
                numbers=numbers,
            )
            for name, value in members.items()
        ]
        names = _unique(map(self.redact_text, members))
        return dict(zip(names, values, strict=True))

    def _redact(
        self,
        name: str,
        value: JsonValue,
        *,
        hidden: bool = False,
        numbers: bool = False,
    ) -> JsonValue:
        """Redact a value; `hidden`: all texts in it, `numbers`: all numbers in it."""
        if isinstance(value, str):
            if hidden:
                return self._hide(value)
            return value if is_version(name, value) else self.redact_text(value)
        numbers = numbers or (hidden and bool(PRIVATE_NUMBERS.search(name)))
        if isinstance(value, Mapping):
            return self._redact_members(value, (NAME,), hidden=hidden, numbers=numbers)
        if isinstance(value, Sequence):
            return [
                self._redact(name, item, hidden=hidden, numbers=numbers)
                for item in value
            ]
        return (
            self._redact_number(value, hidden=numbers) if _is_number(value) else value
        )

    def _is_private(
        self, name: str, value: JsonValue, display_names: Sequence[str]
    ) -> bool:
        if name not in display_names or not isinstance(value, str):
            return bool(PRIVATE_NAMES.search(name))
        return self._is_given(value)

    def _redact_number(self, number: JsonValue, *, hidden: bool) -> JsonValue:
        digits = _digits(number)
        patterns = self._find()
        found = patterns.known.search(digits)
        if not (hidden or digits in patterns.digits):
            if found is None:
                return number
            least = MIN_DIGITS if found[0] == digits else _MIN_DIGITS
            if len(found[0].lstrip("0")) < least:
                return number
        if self._stand_ins is None:
            return REDACTED
        if hidden and is_number(digits):
            redacted = self._stand_in(digits)
        else:
            redacted = self.redact_text(digits)
        try:
            return int(redacted) if isinstance(number, int) else float(redacted)
        except ValueError:
            return 0

    def _hide(self, text: str) -> str:
        if self._stand_ins is None or not text:
            return text and REDACTED
        return self._stand_in(text)

    def _replace(self, match: re.Match[str]) -> str:
        return REDACTED if self._stand_ins is None else self._stand_in(match[0])

    def _stand_in(self, text: str) -> str:
        assert self._stand_ins is not None
        patterns = self._find()

        def is_taken(candidate: str) -> bool:
            return patterns.known.search(candidate) is not None

        return self._stand_ins.get(text, patterns.canonical(text), is_taken)


def _unique(names: Iterable[str]) -> list[str]:
    """Return names with apostrophes after those that occurred before."""
    found: dict[str, None] = {}
    for name in names:
        while name in found:
            name += "'"
        found[name] = None
    return list(found)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _digits(number: JsonValue) -> str:
    """Return a number as text without sign, and without zero decimals."""
    return json.dumps(number).removeprefix("-").removesuffix(".0")


def _unescaped(text: str) -> str:
    """Return a text of JSON without escapes, or as it is if it is broken."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
