"""The deadlines of one connection. Sans-I/O: no socket, no timer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from .json_types import JsonValue


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    A projector that changes its power state can take 6 to 9 s to respond.
    """

    connect: float = 5.0
    first_byte: float = 9.5
    """From sending a request to the next received byte."""
    between_chunks: float = 1.0
    """Between two chunks of the same message."""
    response: float = 10.0
    """From sending a request to its complete response."""
    unclear_pin: float = 60.0
    """From an unclear response to the PIN until a new connection sends it again."""
    keep_alive_idle: int = 4
    """Without data, until the kernel probes whether the host still exists.

    It sends no probes while sent data are not acknowledged, so a request during these
    seconds fails only at its own timeout.
    """
    keep_alive_interval: int = 2
    """Between two probes."""
    keep_alive_probes: int = 3
    """Number of probes without response that end the connection; not in seconds."""


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request without a response."""

    method: str
    sent_at: float
    future: asyncio.Future[JsonValue]


class Deadlines:
    """What a connection waits for, and until when. All times are of the loop's clock."""

    def __init__(
        self, timeouts: Timeouts, pending: Mapping[int, PendingRequest]
    ) -> None:
        """Start before the first byte. `pending` has the oldest request first."""
        self._timeouts = timeouts
        self._pending = pending
        self.received_at: float | None = None
        """Time of the last byte."""
        self.response_at: float | None = None
        """Time of the last response."""
        self.message_started_at: float | None = None
        """Start of the unfinished message, None between two messages."""
        self.misunderstood_at: float | None = None
        """Time of the first sign that requests are not understood; None: no sign."""

    def next(self) -> tuple[float, str] | None:
        """Return the next deadline and what is awaited until then; None: nothing."""
        limits = self._timeouts
        received_at = self.received_at or 0.0
        deadlines = []
        if self.misunderstood_at is not None:
            deadlines.append(
                (self.misunderstood_at + limits.between_chunks, "a valid response")
            )
        if self.message_started_at is not None:
            deadlines += [
                (received_at + limits.between_chunks, "the rest of a message"),
                (self.message_started_at + limits.response, "the end of a message"),
            ]
        requests = iter(self._pending.values())
        if (oldest := next(requests, None)) is not None:
            deadlines.append(
                (oldest.sent_at + limits.response, f"the response to {oldest.method}")
            )
            unheard = (p for p in (oldest, *requests) if p.sent_at >= received_at)
            if (silent := next(unheard, None)) is not None:
                deadline = silent.sent_at + limits.first_byte
                deadlines.append((deadline, f"any response to {silent.method}"))
        return min(deadlines, default=None)

    def only_late_request(self, now: float) -> int | None:
        """Return the id of the oldest request if only this request is late, or None.

        That is so if another response arrived after the request was sent.
        """
        if self.response_at is None or not self._pending:
            return None
        request_id, request = next(iter(self._pending.items()))
        is_late = now >= request.sent_at + self._timeouts.response
        return request_id if is_late and self.response_at > request.sent_at else None
