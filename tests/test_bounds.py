"""What is taken at its word, and how much of it."""

import pytest

from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.sanitize import (
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUE_PARTS,
    MAX_VALUE_TEXT,
    bare,
    is_moderate,
    is_name,
    is_plain,
    one_line,
    shown,
)


@pytest.mark.parametrize(
    "odd", ["\0", "\n", "\x1b", "\x85", "\u2028", "\u202e", "\ud83d"]
)
def test_one_line(odd: str) -> None:
    """What would begin a line, or turn one round, is a space."""
    assert one_line(f"{odd}a{odd} {odd}b{odd}") == "a b"
    assert not is_plain(f"a{odd}")
    assert not is_name(f"a{odd}")


def test_languages_are_plain() -> None:
    """Whatever a person writes is taken as it is."""
    for text in ("HDMI 1", "Größe – 4 µm", "日本語", "a\xa0b", "😀"):
        assert is_name(text)
        assert one_line(text).split() == text.split()


def test_length() -> None:
    """A name may be as long as a state of Home Assistant's."""
    assert is_name("x" * MAX_TEXT)
    assert not is_name("x" * (MAX_TEXT + 1))
    assert not is_name("")
    assert is_plain("")
    assert one_line("x" * 1000, 10) == "x" * 10


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("F80-4K7 [left]", "F80-4K7 [left]"),
        ("<img src=x onerror=alert(1)>", "img src=x onerror=alert(1)"),
        ("[a](https://x)", "[a] (https://x)"),
        ("![a][b]", "![a] [b]"),
    ],
)
def test_bare(text: str, name: str) -> None:
    """A name in a sentence is no markup."""
    assert bare(text) == name


@pytest.mark.parametrize(
    ("value", "attribute"),
    [(1.5, 1.5), (True, True), ("a\nb", "a b"), ([1], None), ({"a": 1}, None)],
)
def test_shown(value: JsonValue, attribute: JsonValue) -> None:
    """An attribute holds one thing."""
    assert shown(value) == attribute


def nested(depth: int) -> JsonValue:
    """Return lists in each other."""
    value: JsonValue = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "moderate"),
    [
        (None, True),
        ("x" * MAX_VALUE_TEXT, True),
        ("x" * (MAX_VALUE_TEXT + 1), False),
        ({"x" * (MAX_VALUE_TEXT + 1): 1}, False),
        ([1] * MAX_VALUE_PARTS, True),
        ([1] * (MAX_VALUE_PARTS + 1), False),
        ([[{}] * 100] * (MAX_VALUE_PARTS // 100), False),
        ({str(number): 1 for number in range(MAX_VALUE_PARTS + 1)}, False),
        (nested(MAX_DEPTH - 1), True),
        (nested(MAX_DEPTH + 1), False),
    ],
)
def test_moderate(value: JsonValue, moderate: bool) -> None:
    """Parts, text and depth are counted wherever they are."""
    assert is_moderate(value) is moderate
