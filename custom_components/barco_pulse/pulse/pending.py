"""Commands that wait until the projector can carry them out."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
import contextlib
from copy import copy

from .const import PENDING
from .exceptions import PulseCanceledError, PulseError, PulsePendingTimeoutError
from .json_types import JsonValue


class PendingCommand:
    """One command, from the request until its outcome is known.

    It has a deadline of its own, so it ends in time even while no task carries it out.
    """

    def __init__(self, kind: str, value: JsonValue, limit: float) -> None:
        """Start the clock: without an outcome after `limit` seconds it fails."""
        loop = asyncio.get_running_loop()
        self.kind = kind
        self.value = value
        self.begun = loop.time()
        self.outcome: asyncio.Future[None] = loop.create_future()
        """Done when the command has ended. Every caller waits for it."""
        self.waits = False
        """True once the projector could not carry it out at once."""
        self.woke = False
        """True once the projector was woken for it."""
        self.cancellation: PulseCanceledError | None = None
        """Why it was cancelled while an attempt was under way."""
        self.over = False
        """True once no further attempt is wanted."""
        self.changed = asyncio.Event()
        """Set when the next attempt may succeed."""
        late = PulsePendingTimeoutError(f"Not done within {limit:g} s", kind)
        self._timer = loop.call_later(limit, self.end, late)

    def end(self, error: BaseException | None = None) -> None:
        """Set the outcome: `error`, or success. The first outcome counts."""
        self.over = True
        self._timer.cancel()
        if self.outcome.done():
            return
        if error is None:
            self.outcome.set_result(None)
        else:
            self.outcome.set_exception(error)
        if isinstance(error, PulseError):
            self.outcome.exception()  # not to be logged as a bug if no caller is left

    def cancel(self, reason: str) -> None:
        """Cancel a command that no task carries out. Its callers get `reason`."""
        self.end(PulseCanceledError(reason))


type Attempt = Callable[[PendingCommand], Awaitable[float | None]]
"""Carry out a command if that is possible now. Return None when it is done, else the
seconds until the next attempt, made sooner if something changes. An exception ends it."""


def _ignore(command: PendingCommand) -> None:
    """Do nothing about a new command."""


class PendingCommands:
    """At most one command of each kind: the newest."""

    def __init__(
        self, limit: float, on_new: Callable[[PendingCommand], None] = _ignore
    ) -> None:
        """Give each command `limit` seconds.

        `on_new` is called with each command that was not pending before.
        """
        self._limit = limit
        self._on_new = on_new
        self.attempts: dict[str, Attempt] = {}
        """How to carry out commands, by kind."""
        self.on_change: Callable[[], None] = lambda: None
        """Called after each change of the commands or of `waiting`."""
        self._commands: dict[str, PendingCommand] = {}
        self._tasks: dict[PendingCommand, asyncio.Task[None]] = {}
        self._closed = False

    @property
    def waiting(self) -> dict[str, JsonValue]:
        """The values of the commands that wait, by `const.PENDING` and kind."""
        commands = self._commands.values()
        return {PENDING + c.kind: c.value for c in commands if c.waits}

    def wants(self, kind: str, value: JsonValue) -> bool:
        """Return True if this command is pending, even if it has not waited yet."""
        command = self._commands.get(kind)
        return command is not None and command.value == value

    async def request(self, kind: str, value: JsonValue) -> None:
        """Return when the command is done, or replaced by another value of its kind.

        Raises the exception that ended it. Canceling a caller does not end the command.
        """
        if self._closed:
            raise PulseCanceledError("unloaded")
        command = self._commands.get(kind)
        if command is None or command.value != value:
            self.cancel(kind)
            command = PendingCommand(kind, value, self._limit)
            self._on_new(command)
            self._run(command)
        await asyncio.wait([command.outcome])
        if (error := command.outcome.exception()) is not None:
            raise copy(error) from error

    def cancel(self, kind: str, reason: str | None = None) -> None:
        """Cancel a command, if there is one. With a reason its callers get an error.

        A running attempt is not canceled: its response arrives before the next request.
        """
        if (command := self._commands.pop(kind, None)) is None:
            return
        command.over = True
        command.changed.set()
        if reason is not None:
            command.cancellation = PulseCanceledError(reason)
        self.on_change()

    def retry_now(self) -> None:
        """Retry all commands now, because something changed."""
        for command in self._commands.values():
            command.changed.set()

    async def suspend(self) -> list[PendingCommand]:
        """Stop all tasks and take no more commands; return those that have not ended."""
        self._closed = True
        self._commands.clear()
        stopped = dict(self._tasks)
        for task in stopped.values():
            task.cancel()
        if stopped:
            await asyncio.wait(stopped.values())
        for command, task in stopped.items():
            self._stopped(command, task)
            if command.over:
                command.end(command.cancellation)
        return [command for command in stopped if not command.outcome.done()]

    def resume(self, commands: Iterable[PendingCommand]) -> None:
        """Go on with commands that were suspended."""
        for command in commands:
            if not command.outcome.done():
                self._run(command)

    def _run(self, command: PendingCommand) -> None:
        self._commands[command.kind] = command
        # Added before any caller waits, so that it is gone when they go on.
        command.outcome.add_done_callback(lambda _: self._ended(command))
        name = f"{command.kind} {command.value}"
        task = asyncio.create_task(self._keep_trying(command), name=name)
        self._tasks[command] = task
        task.add_done_callback(lambda task: self._stopped(command, task))
        self.on_change()

    def _stopped(self, command: PendingCommand, task: asyncio.Task[None]) -> None:
        self._tasks.pop(command, None)
        if not task.cancelled():
            error = task.exception()
            command.end(command.cancellation or error)

    def _ended(self, command: PendingCommand) -> None:
        if (task := self._tasks.get(command)) is not None:
            task.cancel()  # an attempt was under way at the deadline
        if self._commands.get(command.kind) is command:
            del self._commands[command.kind]
            self.on_change()

    async def _keep_trying(self, command: PendingCommand) -> None:
        attempt = self.attempts[command.kind]
        while not command.over:
            command.changed.clear()
            if (wait := await attempt(command)) is None:
                return
            if not (command.waits or command.over):
                command.waits = True
                self.on_change()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await command.changed.wait()
