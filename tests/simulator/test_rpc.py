"""Messages: parameters in every form, replies in every order."""

import pytest

from simulator import Quirks
from simulator.jsontypes import JsonValue
from simulator.rpc import RpcError, bind, encode, error_reply, parse_request, reply
from simulator.values import Member, ValueType

NAME = Member("name", ValueType("string"))
COUNT = Member("count", ValueType("int", minimum=0))


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        (None, {}),
        ({"name": "x", "count": 2}, {"name": "x", "count": 2}),
        ({"name": "x", "other": 1}, {"name": "x"}),
        (["x", 2], {"name": "x", "count": 2}),
        (["x"], {"name": "x"}),
        (["x", 2, 3], {"name": "x", "count": 2}),
        ("x", {"name": "x"}),
    ],
)
def test_parameters(given: JsonValue, bound: JsonValue) -> None:
    """Parameters work by name, by position, or as a single value."""
    assert bind((NAME, COUNT), given) == bound


@pytest.mark.parametrize("given", ["[]", [], {}, {"a": 1}, 7, None])
def test_methods_without_parameters_ignore_them(given: JsonValue) -> None:
    """Methods without parameters ignore all parameters."""
    assert bind((), given) == {}


@pytest.mark.parametrize("given", [{"name": 1}, 1, ["x", "2"], {"count": -1}])
def test_wrong_parameters(given: JsonValue) -> None:
    """Invalid parameters return the observed error."""
    with pytest.raises(RpcError, match="Wrong parameter type") as caught:
        bind((NAME, COUNT), given)
    assert caught.value.code == -32602


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":]', -32700),
        (b"\xff", -32700),
        (b"[" * 100_000 + b"]" * 100_000, -32700),
        (b"[{}]", -32600),
        (b'{"id":1}', -32600),
        (b'{"id":1,"method":5}', -32600),
    ],
)
def test_invalid_requests(raw: bytes, code: int) -> None:
    """Invalid requests return the codes of JSON-RPC."""
    with pytest.raises(RpcError) as caught:
        parse_request(raw)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("style", "written"),
    [
        (Quirks(), b'{"jsonrpc":"2.0","id":7,"result":30}'),
        (
            Quirks(member_order="result_first"),
            b'{"jsonrpc":"2.0","result":30,"id":7}',
        ),
        (
            Quirks(member_order="jsonrpc_last"),
            b'{"id":7,"result":30,"jsonrpc":"2.0"}',
        ),
        (Quirks(id_echo="string"), b'{"jsonrpc":"2.0","id":"7","result":30}'),
        (Quirks(whole_floats="float"), b'{"jsonrpc":"2.0","id":7,"result":30.0}'),
        (
            Quirks(whitespace="pretty"),
            b'{\n  "jsonrpc": "2.0",\n  "id": 7,\n  "result": 30\n}',
        ),
    ],
)
def test_replies(style: Quirks, written: bytes) -> None:
    """Replies have the configured order and whitespace."""
    assert encode(reply(7, 30.0, style), style) == written


def test_nested_whole_numbers_and_text() -> None:
    """Nested whole numbers are integers; text is not escaped."""
    value: JsonValue = {"a": [1.0, 1.5], "b": "Café"}
    written = encode(reply("x", value, Quirks()), Quirks())
    assert written == (
        '{"jsonrpc":"2.0","id":"x","result":{"a":[1,1.5],"b":"Café"}}'.encode()
    )


def test_errors() -> None:
    """An error has a code and a message, and keeps a null id."""
    style = Quirks(id_echo="string")
    assert error_reply(None, RpcError(-1, "no"), style) == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": -1, "message": "no"},
    }
