"""Limit and clean what a projector sends."""

import pytest

from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.sanitize import (
    MAX_DEPTH,
    MAX_STATE_LENGTH,
    MAX_VALUE_CHARS,
    MAX_VALUE_ITEMS,
    is_displayable,
    is_valid_name,
    is_within_limits,
    strip_markup,
    to_attribute_value,
    to_single_line,
)


@pytest.mark.parametrize(
    "char", ["\0", "\n", "\x1b", "\x85", "\u2028", "\u202e", "\ud83d"]
)
def test_single_line(char: str) -> None:
    """Replace line breaks and direction marks by spaces."""
    assert to_single_line(f"{char}a{char} {char}b{char}") == "a b"
    assert not is_displayable(f"a{char}")
    assert not is_valid_name(f"a{char}")


def test_languages_are_kept() -> None:
    """Keep text in any language."""
    for text in ("HDMI 1", "Größe – 4 µm", "日本語", "a\xa0b", "😀"):
        assert is_valid_name(text)
        assert to_single_line(text).split() == text.split()


def test_length() -> None:
    """Limit a name to the length of a state."""
    assert is_valid_name("x" * MAX_STATE_LENGTH)
    assert not is_valid_name("x" * (MAX_STATE_LENGTH + 1))
    assert not is_valid_name("")
    assert is_displayable("")
    assert to_single_line("x" * 1000, 10) == "x" * 10


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("F80-4K7 [left]", "F80-4K7 [left]"),
        ("<img src=x onerror=alert(1)>", "img src=x onerror=alert(1)"),
        ("[a](https://x)", "[a] (https://x)"),
        ("![a][b]", "![a] [b]"),
    ],
)
def test_strip_markup(text: str, name: str) -> None:
    """Remove markup from a name."""
    assert strip_markup(text) == name


@pytest.mark.parametrize(
    ("value", "attribute"),
    [(1.5, 1.5), (True, True), ("a\nb", "a b"), ([1], None), ({"a": 1}, None)],
)
def test_to_attribute_value(value: JsonValue, attribute: JsonValue) -> None:
    """Convert to one simple value."""
    assert to_attribute_value(value) == attribute


def nested(depth: int) -> JsonValue:
    """Return nested lists."""
    value: JsonValue = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "within"),
    [
        (None, True),
        ("x" * MAX_VALUE_CHARS, True),
        ("x" * (MAX_VALUE_CHARS + 1), False),
        ({"x" * (MAX_VALUE_CHARS + 1): 1}, False),
        ([1] * MAX_VALUE_ITEMS, True),
        ([1] * (MAX_VALUE_ITEMS + 1), False),
        ([[{}] * 100] * (MAX_VALUE_ITEMS // 100), False),
        ({str(number): 1 for number in range(MAX_VALUE_ITEMS + 1)}, False),
        (nested(MAX_DEPTH - 1), True),
        (nested(MAX_DEPTH + 1), False),
    ],
)
def test_is_within_limits(value: JsonValue, within: bool) -> None:
    """Count items, characters and depth everywhere."""
    assert is_within_limits(value) is within
