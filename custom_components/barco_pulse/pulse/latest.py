"""Coalesce concurrent writes to the same property."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Coalescer:
    """Let one caller per name act at a time, and of those waiting only the newest."""

    def __init__(self) -> None:
        """Start without callers."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[str, list[object]] = defaultdict(list)

    @asynccontextmanager
    async def slot(self, name: str) -> AsyncIterator[bool]:
        """Wait until no other caller acts; yield True if this caller is the newest."""
        ticket, tickets = object(), self._waiting[name]
        tickets.append(ticket)
        try:
            async with self._locks[name]:
                yield ticket is tickets[-1]
        finally:
            tickets.remove(ticket)
