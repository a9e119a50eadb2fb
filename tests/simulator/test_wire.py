"""Parse requests from bytes in each framing, split anywhere."""

import json

import pytest

from simulator.wire import MAX_REQUEST, Packet, RequestReader, TooLongError

ONE = b'{"jsonrpc":"2.0","id":1,"method":"property.get","params":{"property":"a"}}'
TRICKY = '{"a":"}{][\\"\\\\","b":[{"ü":"€ \\u20ac"}]}'.encode()
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b"


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n", b"\0", b"  "])
def test_requests_back_to_back(between: bytes) -> None:
    """Bytes between raw requests are skipped."""
    data = between + ONE + between + TRICKY + between + ONE
    assert RequestReader().feed(data) == [Packet(ONE), Packet(TRICKY), Packet(ONE)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_split_anywhere(size: int) -> None:
    """Requests can be split at any place."""
    data = TRICKY + POST % (len(ONE), ONE) + ONE
    reader = RequestReader()
    packets = [
        packet
        for at in range(0, len(data), size)
        for packet in reader.feed(data[at : at + size])
    ]
    assert packets == [Packet(TRICKY), Packet(ONE, http=True), Packet(ONE)]


def test_post_needs_no_brace_in_its_body() -> None:
    """The body of a POST ends at its length."""
    packets = RequestReader().feed(POST % (5, b"hello") + ONE)
    assert packets == [Packet(b"hello", http=True), Packet(ONE)]


def test_post_without_length_has_no_body() -> None:
    """Bytes after a head without length are raw JSON."""
    packets = RequestReader().feed(b"POST / HTTP/1.1\r\n\r\n" + ONE)
    assert packets == [Packet(b"", http=True), Packet(ONE)]


def test_text_is_no_request() -> None:
    """Text that is neither JSON nor a POST is skipped."""
    assert RequestReader().feed(b"PING POSTER " + ONE) == [Packet(ONE)]


def test_invalid_json_is_returned() -> None:
    """Invalid JSON with balanced brackets is returned as a request."""
    assert RequestReader().feed(b'{"a":]') == [Packet(b'{"a":]')]


def test_endless_request_raises_an_error() -> None:
    """A request that is too long raises an error."""
    reader = RequestReader()
    assert reader.feed(b'{"a":"') == []
    with pytest.raises(TooLongError):
        reader.feed(b"x" * MAX_REQUEST)


def test_single_bytes_take_linear_time() -> None:
    """100 kB in single bytes are read in linear time."""
    request = json.dumps({"a": ["{" * 100] * 1000}).encode()
    reader = RequestReader()
    packets = [p for byte in request for p in reader.feed(bytes([byte]))]
    assert packets == [Packet(request)]
