"""The projector's own time: the running loop's clock, sped up."""

import asyncio
from collections.abc import Callable


class Clock:
    """Timers whose durations are divided by a speed, all ended together.

    Durations are in the projector's seconds. A speed of 1000 turns three minutes of
    cooling down into 180 milliseconds.
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
        """Return the projector's time in its seconds."""
        return asyncio.get_running_loop().time() * self.speed

    def after(
        self, seconds: float, callback: Callable[[], None]
    ) -> asyncio.TimerHandle:
        """Call back once after so many of the projector's seconds."""

        def fire() -> None:
            self._timers.discard(timer)
            callback()

        loop = asyncio.get_running_loop()
        timer = loop.call_later(seconds / self.speed, fire)
        self._timers.add(timer)
        return timer

    def work(self, what: str, seconds: float, done: Callable[[], None]) -> None:
        """Call back when a piece of work is done, or by `finish` if time stops before.

        A new piece takes the place of one of the same name.
        """

        def fire() -> None:
            if self._work.get(what) is done:
                del self._work[what]
                done()

        self._work[what] = done
        self.after(seconds, fire)

    def finish(self) -> None:
        """Have all work done that time was stopped amid."""
        while self._work:
            _, done = self._work.popitem()
            done()

    def cancel(self, timer: asyncio.TimerHandle | None) -> None:
        """Forget one timer; None and timers that are over are welcome."""
        if timer is not None:
            timer.cancel()
            self._timers.discard(timer)

    def stop(self) -> None:
        """Forget every timer."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
