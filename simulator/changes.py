"""Wait for a condition without polling."""

import asyncio
from collections.abc import Callable


class Changes:
    """Waiters that check their conditions after each call of `happened`."""

    def __init__(self) -> None:
        """Initialize without waiters."""
        self._waiters: set[asyncio.Future[None]] = set()

    def happened(self) -> None:
        """Make all waiters check their conditions."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_until(self, condition: Callable[[], bool], timeout: float) -> None:
        """Wait until a condition is true.

        Raises:
            TimeoutError: It is still false after `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while not condition():
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
