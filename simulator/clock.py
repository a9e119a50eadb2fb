"""The clock of the projector: that of the event loop, multiplied by a speed."""

import asyncio
from collections.abc import Callable


class Clock:
    """Timers whose durations are divided by a speed.

    With a speed of 1000, three minutes of cooling down take 180 milliseconds.
    """

    def __init__(self, speed: float) -> None:
        """Prepare a clock.

        Raises:
            ValueError: the speed is not a positive number.
        """
        if not speed > 0:
            raise ValueError(f"speed must be positive, not {speed}")
        self.speed = speed
        self._timers: set[asyncio.TimerHandle] = set()
        self._work: dict[str, Callable[[], None]] = {}

    def now(self) -> float:
        """Return the time in the projector's seconds."""
        return asyncio.get_running_loop().time() * self.speed

    def after(
        self, seconds: float, callback: Callable[[], None]
    ) -> asyncio.TimerHandle:
        """Call back once after `seconds` of the projector's time."""

        def fire() -> None:
            self._timers.discard(timer)
            callback()

        loop = asyncio.get_running_loop()
        timer = loop.call_later(seconds / self.speed, fire)
        self._timers.add(timer)
        return timer

    def work(self, name: str, seconds: float, done: Callable[[], None]) -> None:
        """Call `done` after `seconds`, or in `finish` if that is called before.

        New work replaces work of the same name.
        """

        def fire() -> None:
            if self._work.get(name) is done:
                del self._work[name]
                done()

        self._work[name] = done
        self.after(seconds, fire)

    def finish(self) -> None:
        """Complete all work at once."""
        while self._work:
            _, done = self._work.popitem()
            done()

    def cancel(self, timer: asyncio.TimerHandle | None) -> None:
        """Cancel a timer; None and expired timers are ignored."""
        if timer is not None:
            timer.cancel()
            self._timers.discard(timer)

    def stop(self) -> None:
        """Cancel all timers."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
