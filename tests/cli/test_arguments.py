"""Test how arguments are read."""

import pytest
import typer

from cli.options import check_value, target_of
from cli.target import Address, parse_address
from cli.values import parse_value
from cli.waking import parse_mac


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("cinema.local", Address("cinema.local"), "cinema.local"),
        ("192.0.2.1:9091", Address("192.0.2.1", 9091), "192.0.2.1:9091"),
        ("192.0.2.1:9090", Address("192.0.2.1"), "192.0.2.1"),
        ("::1", Address("::1"), "::1"),
        ("[::1]", Address("::1"), "::1"),
        ("[::1]:80", Address("::1", 80), "[::1]:80"),
    ],
)
def test_address(text: str, address: Address, shown: str) -> None:
    """A port may follow the host."""
    assert parse_address(text) == address
    assert str(address) == shown


@pytest.mark.parametrize(
    "text", ["", ":9090", "a:0", "a:65536", "a:b", "[]:80", "http://a:80/"]
)
def test_invalid_address(text: str) -> None:
    """A port is a number from 1 to 65535, and the host is not empty."""
    with pytest.raises(ValueError, match="HOST"):
        parse_address(text)


@pytest.mark.parametrize(
    "text", ["000D0A4E35C2", "00-0d-0a-4e-35-c2", "000d.0a4e.35c2"]
)
def test_mac(text: str) -> None:
    """All usual spellings are accepted."""
    assert parse_mac(text).lower() == "00:0d:0a:4e:35:c2"


def test_invalid_mac() -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="MAC"):
        parse_mac("00:0d:0a")


@pytest.mark.parametrize(
    ("text", "value"),
    [("60", 60), ("true", True), ('{"a": 1}', {"a": 1}), ("Off", "Off")],
)
def test_value(text: str, value: object) -> None:
    """JSON is parsed, and other text is a string."""
    assert parse_value(text) == value


@pytest.mark.parametrize("text", ["-0.3", "-5", "-.5", "60", '{"a": -1}', "a-b"])
def test_negative_value(text: str) -> None:
    """Negative numbers are values."""
    assert check_value(text) == text


@pytest.mark.parametrize("text", ["--jsn", "-x"])
def test_unknown_option(text: str) -> None:
    """Options that do not exist are no values."""
    with pytest.raises(ValueError, match="No such option"):
        check_value(text)


def test_login_without_password() -> None:
    """An empty password is not dropped silently."""
    with pytest.raises(typer.BadParameter, match="together"):
        target_of(Address("192.0.2.1"), None, "admin", "")
