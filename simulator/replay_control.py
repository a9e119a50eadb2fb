"""Text commands for a replay, and its report."""

import asyncio
from collections.abc import Callable, Mapping

from .replay import Replay
from .traffic import Record

type Command = Callable[[ReplayConsole], str]


class ReplayConsole:
    """The commands for a replay. `quit` sets `ended`."""

    def __init__(self, replay: Replay) -> None:
        """Initialize for a replay."""
        self.replay = replay
        self.ended = asyncio.Event()

    def run(self, line: str) -> str:
        """Run a command; return the response, which may have several lines."""
        word = line.strip()
        if not word:
            return ""
        command = COMMANDS.get(word)
        return command(self) if command else f"unknown command {word!r}; try help"

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Call a watcher with each new record; return a function that stops it."""
        return self.replay.watch(watcher)


def unrecorded_report(replay: Replay) -> str:
    """Return the requests that were never recorded, most frequent first."""
    composed = replay.composed.total()
    also = f"; {composed} were answered from recorded values" if composed else ""
    if not replay.unrecorded:
        return f"all requests were recorded{also}"
    lines = [
        f"{number} {request}" for request, number in replay.unrecorded.most_common()
    ]
    return "\n".join([f"requests that were never recorded{also}:", *lines])


def greeting(replay: Replay) -> str:
    """Return the line that says what is replayed, and where."""
    header = replay.recording.header
    # The file may come from anybody: no control characters in a terminal.
    source = str(header.get("source") or header.get("created"))
    source = "".join(sign if sign.isprintable() else "?" for sign in source)
    cut = ", truncated" if replay.recording.truncated else ""
    return (
        f"recording of {source} ({replay.position[1]:g} s{cut}) listens on "
        f"{replay.host}:{replay.port}, wakes on UDP {replay.wake_port}"
    )


def _unrecorded(console: ReplayConsole) -> str:
    """Show the requests that were never recorded."""
    return unrecorded_report(console.replay)


def _position(console: ReplayConsole) -> str:
    """Show the time in the recording."""
    now, length = console.replay.position
    return f"{now:.1f} of {length:.1f} s"


def _wake(console: ReplayConsole) -> str:
    """Accept connections again, as after a magic packet."""
    return "woke up" if console.replay.wake() else "not woken"


def _help(_console: ReplayConsole) -> str:
    """Show this list."""
    described = {name: command.__doc__ or "" for name, command in COMMANDS.items()}
    described["watch"] = "Show the traffic until the next line."
    return "\n".join(
        f"{name}: {text[:1].lower()}{text[1:]}" for name, text in described.items()
    )


def _quit(console: ReplayConsole) -> str:
    """Stop the replay."""
    console.ended.set()
    return "bye"


COMMANDS: Mapping[str, Command] = {
    "unrecorded": _unrecorded,
    "position": _position,
    "wake": _wake,
    "help": _help,
    "quit": _quit,
}
