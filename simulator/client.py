"""The hand at a running simulator: `python -m simulator.client PORT [COMMAND ...]`."""

import argparse
from collections.abc import Sequence
import socket
import sys
from threading import Thread
from typing import IO


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; SystemExit with a message if it is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/control",
        description="Send commands to the control port of a simulated projector.",
        epilog="Without a command it reads commands, one per line, until Ctrl-D.",
    )
    parser.add_argument("port", type=int, help="the control port, on this machine")
    parser.add_argument("command", nargs="*", help="such as: help")
    return parser.parse_args(arguments)


def main() -> int:
    """Run the command line; return the exit status."""
    options = parse()
    try:
        with (
            socket.create_connection(("127.0.0.1", options.port)) as connection,
            connection.makefile("r", encoding="utf-8") as answers,
        ):
            if options.command:
                return _ask(connection, answers, " ".join(options.command))
            return _talk(connection, answers)
    except OSError as error:
        print(f"No simulator on port {options.port}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _ask(connection: socket.socket, answers: IO[str], command: str) -> int:
    """Send a command, and print its answer, which ends with an empty line.

    `watch` has no end: it prints until Ctrl-C.
    """
    connection.sendall(f"{command}\n".encode())
    failed = False
    for line in answers:
        if line == "\n":
            break
        failed |= line.startswith(("error: ", "unknown command "))
        print(line, end="", flush=True)
    return int(failed)


def _talk(connection: socket.socket, answers: IO[str]) -> int:
    """Send what is typed, and print what comes, until either ends."""
    printer = Thread(target=_print, args=(answers,), daemon=True)
    printer.start()
    for line in sys.stdin:
        connection.sendall(line.encode())
    connection.shutdown(socket.SHUT_WR)
    printer.join()
    return 0


def _print(answers: IO[str]) -> None:
    for line in answers:
        print(line, end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
