"""Of several who want the same, only the newest matters."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class LatestWins:
    """One at a time for each name; of those that wait only the newest is to act."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tickets: defaultdict[str, list[object]] = defaultdict(list)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[bool]:
        """Wait for one's turn; yields whether nobody newer is waiting behind."""
        ticket, tickets = object(), self._tickets[name]
        tickets.append(ticket)
        try:
            async with self._locks[name]:
                yield ticket is tickets[-1]
        finally:
            tickets.remove(ticket)
