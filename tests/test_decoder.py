"""Cut a byte stream into messages."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
import json
import re
from time import thread_time
from types import SimpleNamespace

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.barco_pulse.pulse import decoder as decoding
from custom_components.barco_pulse.pulse.decoder import MAX_MESSAGE_SIZE, MessageDecoder
from custom_components.barco_pulse.pulse.exceptions import PulseProtocolError
from custom_components.barco_pulse.pulse.json_types import JsonObject

from .loop import measured

NASTY = (
    "}{",
    '{"id":1}',
    '"}',
    "\\",
    '\\"',
    "a\\\\",
    "\r\n\r\n{",
    "\0",
    "HTTP/1.1 200 OK\r\n\r\n",
    "é€𝄞",
)
NOISE = (
    b"",
    b"\n",
    b"\r\n\0 \t",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
    b"\x00\xff\xfe\r\n<html>busy</html>\r\n",
    b"{",
    b"{ {busy} ",
    b"}",
    b"]",
    b'"',
    b"null",
)

texts = st.text(max_size=6) | st.sampled_from(NASTY)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)
messages = st.dictionaries(texts, values, max_size=4)
indents = st.sampled_from([None, 1])


def decode(chunks: Iterable[bytes]) -> list[JsonObject]:
    """Return the messages that a new decoder finds in these chunks."""
    found: list[JsonObject] = []
    decoder = MessageDecoder(found.append)
    for chunk in chunks:
        decoder.feed(chunk)
    return found


def cut(data: bytes, size: int = 1) -> Iterator[bytes]:
    """Split into chunks of this size."""
    return (data[begin : begin + size] for begin in range(0, len(data), size))


@given(st.data())
def test_every_split_gives_the_same_messages(data: st.DataObject) -> None:
    """Decode random messages and bytes between them, split anywhere."""
    sent = data.draw(st.lists(messages, min_size=1, max_size=4))
    stream = b""
    for message in sent:
        stream += data.draw(st.sampled_from(NOISE))
        ascii_only, indent = data.draw(st.booleans()), data.draw(indents)
        stream += json.dumps(message, ensure_ascii=ascii_only, indent=indent).encode()
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))

    edges = [0, *sorted(cuts), len(stream)]
    assert decode(stream[begin:end] for begin, end in pairwise(edges)) == sent
    assert decode(cut(stream)) == sent
    assert decode([stream]) == sent


@pytest.mark.parametrize("noise", NOISE, ids=repr)
@pytest.mark.parametrize("text", NASTY)
def test_delimiters_in_strings_and_noise(noise: bytes, text: str) -> None:
    """Ignore delimiters in strings and bytes between messages."""
    sent = [{"id": 1, text: text}, {}, {"result": [text]}]
    stream = noise + noise.join(
        json.dumps(message, ensure_ascii=False).encode() for message in sent
    )

    assert decode([stream]) == sent
    assert decode(cut(stream)) == sent


@pytest.mark.parametrize("size", [1, 1000])
def test_wrong_encoding_loses_no_message(size: int) -> None:
    """Replace invalid UTF-8 characters only."""
    broken = b'{"id":2,"result":"Caf\xe9","note":"\xc3"}'
    stream = b'{"id":1}' + broken + b'{"id":3}'

    replaced = {"id": 2, "result": "Caf\ufffd", "note": "\ufffd"}
    assert decode(cut(stream, size)) == [{"id": 1}, replaced, {"id": 3}]
    assert decode(cut(broken, size)) == [replaced]


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_numbers_outside_json(value: bytes, size: int) -> None:
    """Set a number that JSON does not have to null."""
    stream = b'{"id":1,"result":{"a":' + value + b',"b":2,"c":"NaN"}}{"id":2}'
    result = {"a": None, "b": 2, "c": "NaN"}
    assert decode(cut(stream, size)) == [{"id": 1, "result": result}, {"id": 2}]


@pytest.mark.parametrize("size", [1, 1000])
def test_lone_surrogate(size: int) -> None:
    """Replace an escaped lone surrogate."""
    [message] = decode(cut(b'{"id":1,"result":"a\\ud83dz"}', size))
    assert str(message["result"])[0] + str(message["result"])[-1] == "az"


@pytest.mark.parametrize("broken", [b'{"a":nope}', b'{"a":1,}', b'{"a" "b"}'])
def test_messages_before_an_invalid_one(broken: bytes) -> None:
    """Return the messages before an object that is not JSON."""
    found: list[JsonObject] = []
    decoder = MessageDecoder(found.append)

    with pytest.raises(PulseProtocolError):
        decoder.feed(b'{"id":1}\n{"id":2}' + broken + b'{"id":3}')
    assert found == [{"id": 1}, {"id": 2}]


def test_has_partial_message() -> None:
    """Report whether a message has begun and not ended."""
    decoder = MessageDecoder(lambda message: None)
    states = []
    for chunk in (b"noise\r\n", b'{"a"', b":{}", b'}\n{"b":1}', b"{", b"}\0"):
        decoder.feed(chunk)
        states.append(decoder.has_partial_message)

    assert states == [False, True, True, False, True, False]


@pytest.mark.parametrize("nested", [b"[" * 1100 + b"]" * 1100, b'{"a":' * 1100])
def test_nesting_is_limited(nested: bytes) -> None:
    """Refuse a thousand levels."""
    raw = b'{"a":' + nested + b"}" * (nested.count(b"{") + 1)
    if nested.endswith(b":"):
        raw = raw.replace(b":}", b":0}", 1)

    for chunks in ([raw], cut(raw)):
        with pytest.raises(PulseProtocolError):
            decode(chunks)


def test_moderate_nesting() -> None:
    """Accept deep introspection."""
    raw = b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"
    assert len(decode([raw])) == 1


def sized(size: int) -> bytes:
    """Return a message of this size in bytes."""
    head = b'{"id":1,"result":"'
    return head + b"x" * (size - len(head) - 2) + b'"}'


@pytest.mark.parametrize("step", [65536, MAX_MESSAGE_SIZE + 1])
def test_size_is_limited(step: int) -> None:
    """Accept the largest size, and refuse one more byte."""

    assert len(decode(cut(sized(MAX_MESSAGE_SIZE), step))) == 1
    with pytest.raises(PulseProtocolError):
        decode(cut(sized(MAX_MESSAGE_SIZE + 1), step))


def test_size_is_limited_after_another_message() -> None:
    """Refuse a message that is too large anywhere in a chunk."""
    found: list[JsonObject] = []
    with pytest.raises(PulseProtocolError):
        MessageDecoder(found.append).feed(b"{}" + sized(MAX_MESSAGE_SIZE + 1) + b"{}")
    assert found == [{}]


def test_endless_message() -> None:
    """Keep at most the largest message and one chunk."""
    chunk = b"x" * 65536
    decoder = MessageDecoder(lambda message: None)
    decoder.feed(b'{"id":1,"result":"')
    fed = 0
    refused = False
    while not refused and fed < 2 * MAX_MESSAGE_SIZE:
        fed += len(chunk)
        try:
            decoder.feed(chunk)
        except PulseProtocolError:
            refused = True
    assert refused
    assert fed <= MAX_MESSAGE_SIZE + len(chunk)


def test_many_messages_in_one_chunk() -> None:
    """Limit each message, not a chunk of many."""
    raw = sized(MAX_MESSAGE_SIZE // 2)
    assert len(decode([raw * 3])) == 3


def test_endless_noise() -> None:
    """Keep no bytes between messages."""
    decoder = MessageDecoder(lambda message: None)
    for _ in range(3):
        decoder.feed(b"\0" * MAX_MESSAGE_SIZE)
    assert not decoder.has_partial_message


def in_chunks(data: bytes) -> Iterator[bytes]:
    """Split as a network does."""
    return cut(data, 1024)


WORKS: dict[str, Callable[[int], Iterable[bytes]]] = {
    "large message": lambda size: in_chunks(sized(size)),
    "large structure": lambda size: in_chunks(
        b'{"a":[' + b'{"b":"c"},' * (size // 10) + b"0]}"
    ),
    "many messages": lambda size: [b'{"id":1,"result":true}' * (size // 22)],
    "noise between messages": lambda size: [b'{"id":1}x' * (size // 9)],
    "borders in strings": lambda size: [b'{"id":1,"a":"}{"}' * (size // 17)],
    "wrong encoding": lambda size: [b'{"id":1,"a":"\xff"}' * (size // 16)],
    "escapes": lambda size: in_chunks(b'{"a":"' + b'\\"' * (size // 2) + b'"}'),
    "spaces after a brace": lambda size: in_chunks(b"{" + b" " * size),
    "braces without end": lambda size: in_chunks(b'{"a":' * (size // 5)),
    "noise": lambda size: in_chunks(b"{ x" * (size // 3)),
    "dripping": lambda size: cut(sized(size // 16)),
}


class ExaminedBytes:
    """Counts the bytes that the patterns and the parser of the decoder process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace each one by a counting one."""
        self.size = 0
        for name, pattern in vars(decoding).items():
            if isinstance(pattern, re.Pattern):
                methods = {m: self._counting(pattern, m) for m in ("match", "search")}
                monkeypatch.setattr(decoding, name, SimpleNamespace(**methods))
        loads = orjson.loads

        def parse(raw: bytes) -> object:
            self.size += len(raw)
            return loads(raw)

        error = orjson.JSONDecodeError
        parser = SimpleNamespace(loads=parse, JSONDecodeError=error)
        monkeypatch.setattr(decoding, "orjson", parser)

    def _counting(
        self, pattern: re.Pattern[bytes], method: str
    ) -> Callable[..., re.Match[bytes] | None]:
        find = getattr(pattern, method)

        def examine(data: bytes, begin: int = 0) -> re.Match[bytes] | None:
            match: re.Match[bytes] | None = find(data, begin)
            self.size += 1 + (match.end() if match else len(data)) - begin
            return match

        return examine


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS.keys())
def test_work_is_linear(
    work: Callable[[int], Iterable[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Process about eight times the bytes for eight times the size."""
    examined = ExaminedBytes(monkeypatch)

    def effort(size: int) -> int:
        before = examined.size
        decode(work(size))
        return examined.size - before

    small = 16 * 1024
    assert small / 16 < effort(small)
    assert effort(8 * small) < 10 * effort(small)


@measured
@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS.keys())
def test_time_is_linear(work: Callable[[int], Iterable[bytes]]) -> None:
    """Measure processor time, for everything that is not counted."""

    def seconds(size: int) -> float:
        chunks = list(work(size))
        times = []
        for _ in range(3):
            begun = thread_time()
            decode(chunks)
            times.append(thread_time() - begun)
        return min(times)

    small = 64 * 1024
    assert seconds(8 * small) < 24 * seconds(small) + 0.05
