"""Test the decoder with random bytes, split anywhere.

The examples are the same in every run. `FUZZ_EXAMPLES=100000` tries as many, chosen at
random.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise, repeat
import json
import os
import re
from time import thread_time
import timeit
import tracemalloc
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import orjson
import pytest

from custom_components.barco_pulse.pulse import decoder as decoding, protocol
from custom_components.barco_pulse.pulse.connection import RECEIVE_BUFFER_SIZE
from custom_components.barco_pulse.pulse.decoder import MessageDecoder
from custom_components.barco_pulse.pulse.exceptions import PulseProtocolError
from custom_components.barco_pulse.pulse.json_types import JsonObject
from custom_components.barco_pulse.pulse.protocol import (
    Notification,
    Response,
    iter_pairs,
    parse_message,
)

from ..loop import measured

DEEP = int(os.environ.get("FUZZ_EXAMPLES", "0"))
SMALL = 96
"""Replaces MAX_MESSAGE_SIZE, in bytes, so that random messages reach it."""

type Outcome = tuple[list[str], str | None, bool | None]


def fuzz(examples: int) -> Callable[..., Any]:
    """Return settings for this number of examples."""
    return settings(
        max_examples=DEEP or examples,
        derandomize=not DEEP,
        database=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            # The bound is the same for every example.
            HealthCheck.function_scoped_fixture,
        ],
    )


@pytest.fixture(params=[SMALL, decoding.MAX_MESSAGE_SIZE], ids=["small", "real"])
def _bound(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reduce the limits of the decoder."""
    monkeypatch.setattr(decoding, "MAX_MESSAGE_SIZE", request.param)
    parts = min(decoding.MAX_TOKENS, request.param)
    monkeypatch.setattr(decoding, "MAX_TOKENS", parts)


VALID = st.recursive(
    st.sampled_from([None, True, 0, -1.5, 1e300, 2**64, "", "}{", '"', "\\", "é€𝄞"])
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.just("2.0"),
        "id": st.integers(0, 99) | VALID,
        "method": st.just("property.changed") | VALID,
        "result": VALID,
        "error": st.fixed_dictionaries({"code": VALID, "message": VALID}) | VALID,
        "params": VALID,
    },
)
ENCODED = st.builds(
    lambda message, escaped, indent: json.dumps(
        message, ensure_ascii=escaped, indent=indent
    ).encode(errors="surrogatepass"),
    MESSAGES,
    st.booleans(),
    st.sampled_from([None, 0, 70]),
)
PIECES = st.sampled_from(
    [
        *(bytes([byte]) for byte in b'{}[]",:\\0-'),
        *(b" " * 70, b"\r\n", b"\0", b"\xff", b"\xc3", b"\xf0\x9d", b"\xef\xbb\xbf"),
        *(b"NaN", b"-Infinity", b"1e999", b"1" + b"0" * 400, b"1" + b"0" * 5000),
        *(
            b"null",
            b"\\ud83d",
            b"{}",
            b'{"',
            b'{"a":',
            b'":1}',
            b'{"id":1}',
            b"[" * 1100,
        ),
        b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n",
    ]
)
NOISE = st.binary(max_size=8) | PIECES


@st.composite
def flawed(draw: st.DrawFn) -> bytes:
    """Return a message with changed bits, and removed or inserted bytes."""
    raw = bytearray(draw(ENCODED))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(len(raw) - 1, 0)))
        match draw(st.sampled_from(["turn", "cut", "insert", "end"])):
            case "turn" if raw:
                raw[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del raw[at : at + draw(st.integers(1, 4))]
            case "insert":
                raw[at:at] = draw(NOISE)
            case "end":
                del raw[at:]
    return bytes(raw)


STREAMS = st.lists(ENCODED | NOISE | flawed(), max_size=6).map(b"".join)
BYTES = st.binary(max_size=60) | st.lists(PIECES, max_size=12).map(b"".join)


def outcome(chunks: Iterable[bytes]) -> Outcome:
    """Return the decoded messages, the error, and whether a message is incomplete.

    Any other exception than PulseProtocolError is the test's failure.
    """
    found: list[str] = []
    decoder = MessageDecoder(lambda message: found.append(repr(message)))
    try:
        for chunk in chunks:
            decoder.feed(chunk)
    except PulseProtocolError as error:
        return found, str(error), None
    return found, None, decoder.has_partial_message


def cut(data: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    """Split bytes at these places."""
    edges = [0, *sorted(min(place, len(data)) for place in cuts), len(data)]
    return (data[begin:end] for begin, end in pairwise(edges))


CUTS = st.lists(st.integers(0, 200), max_size=6)


@pytest.mark.usefixtures("_bound")
@fuzz(400)
@given(BYTES | STREAMS, CUTS)
def test_split_does_not_change_the_result(data: bytes, cuts: list[int]) -> None:
    """Split bytes give the same messages, error and rest as the whole."""
    whole = outcome([data])

    assert outcome(cut(data, cuts)) == whole
    assert outcome(cut(data, range(len(data)))) == whole


@fuzz(300)
@given(
    st.lists(MESSAGES, max_size=5),
    st.lists(
        st.sampled_from([b"", b"\n", b"\0", b" " * 70, b"\xc3", b"]"]),
        min_size=6,
        max_size=6,
    ),
    CUTS,
)
def test_valid_messages_are_all_decoded(
    sent: list[JsonObject], noise: list[bytes], cuts: list[int]
) -> None:
    """Bytes between messages do not affect messages."""
    data = b"".join(
        some + json.dumps(message).encode()
        for some, message in zip(noise, sent, strict=False)
    )

    assert outcome(cut(data, cuts)) == (
        [repr(m) for m in map(received, sent)],
        None,
        False,
    )


def received(value: Any) -> Any:
    """Return a message after encoding and decoding."""
    match value:
        case dict():
            return {received(name): received(part) for name, part in value.items()}
        case [*items]:
            return [*map(received, items)]
        case int() if not -(2**63) <= value < 2**64:
            return float(value)  # as in JSON without larger integers
    return value


@fuzz(400)
@given(MESSAGES)
def test_parsed_messages_are_valid(message: JsonObject) -> None:
    """A parsed message is a reply or a notification, with text of limited length."""
    parsed = parse_message(message)

    assert isinstance(parsed, Response | Notification)
    if isinstance(parsed, Notification):
        for name, _ in iter_pairs(parsed.params.get("property")):
            assert isinstance(name, str)
    elif parsed.error is not None:
        text = str(parsed.error)
        assert len(text) <= protocol.MAX_ERROR_LENGTH
        assert not re.search("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]", text)


ENDLESS: dict[str, tuple[bytes, Sequence[bytes]]] = {
    "noise": (b"", [b"\0" * 1000]),
    "braces that begin nothing": (b"", [b"{ x" * 333]),
    "a brace and spaces": (b"{", [b" " * 1000]),
    "text": (b'{"a":"', [b"x" * 1000]),
    "escapes": (b'{"a":"', [b"\\" * 999]),
    "texts": (b'{"a":[', [b'"",' * 333]),
    "objects": (b'{"a":[', [b"{}," * 333]),
    "depth": (b"", [b'{"a":' * 200]),
    "many messages": (b"", [b'{"id":1}' * 125]),
    "messages with noise": (b"", [b'{"id":1}x{' * 100]),
    "half characters": (b'{"a":"', [b"\xf0\x9d" * 500]),
    "messages that are cut": (b"", [b'{"id":1,"a":"', b'}{"}', b"\xc3" * 900]),
}


@pytest.mark.parametrize(("begin", "chunks"), ENDLESS.values(), ids=ENDLESS.keys())
def test_memory_is_bounded(
    begin: bytes, chunks: Sequence[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder holds at most the largest message and a chunk."""
    bound = 64 * 1024
    monkeypatch.setattr(decoding, "MAX_MESSAGE_SIZE", bound)
    decoder = MessageDecoder(lambda message: None)
    decoder.feed(b'{"warm":"up\xff"}')
    fed = 0

    tracemalloc.start()
    try:
        decoder.feed(begin)
        for chunk in islice((c for some in repeat(chunks) for c in some), 400):
            decoder.feed(chunk)
            fed += len(chunk)
    except PulseProtocolError:
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert fed > bound - 1000
    # A bytearray keeps an eighth in reserve, and a message is copied to be parsed.
    assert most < 2.5 * (bound + 1000)


@pytest.mark.parametrize("value", [b"1" + b"0" * 400, b"-1" + b"0" * 5000])
@pytest.mark.parametrize("size", [7, 10000])
def test_number_out_of_range(value: bytes, size: int) -> None:
    """Set a number out of range to null, and keep the other members."""
    data = b'{"id":1,"result":{"a":' + value + b',"b":2}}'
    assert outcome(cut(data, range(0, len(data), size))) == (
        [repr({"id": 1, "result": {"a": None, "b": 2}})],
        None,
        False,
    )


SLOW = {
    "empty objects": b"{},",
    "objects": b'{"b":"c"},',
    "nested": b'{"b":{"c":{}}},',
    "numbers": b"1.5,",
    "flawed": b'{"b":"\xff"},',
}


@measured
@pytest.mark.parametrize("size", [4 * 65536, decoding.MAX_MESSAGE_SIZE])
@pytest.mark.parametrize("part", SLOW.values(), ids=SLOW.keys())
def test_parsing_time_is_limited(part: bytes, size: int) -> None:
    """Limit the time for which the most expensive message blocks the event loop.

    It is processor time, in the pieces that a connection reads, compared with the time
    of the parser alone for as many parts.
    """
    data = b'{"a":[' + part * (size // len(part) - 4) + b"0]}"
    chunks = [*cut(data, range(0, len(data), RECEIVE_BUFFER_SIZE))]
    bare = b'{"a":[' + b'{"b":"c"},' * 100_000 + b"0]}"
    yard = min(
        timeit.repeat(lambda: orjson.loads(bare), timer=thread_time, number=1, repeat=3)
    )

    def longest() -> float:
        decoder = MessageDecoder(lambda message: None)
        most = 0.0
        for chunk in chunks:
            begun = thread_time()
            try:
                decoder.feed(chunk)
            except PulseProtocolError:
                return max(most, thread_time() - begun)
            most = max(most, thread_time() - begun)
        return most

    assert min(longest() for _ in range(3)) < max(3 * yard, 0.05)
