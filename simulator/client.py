"""Send commands to a simulator: `python -m simulator.client PORT [COMMAND ...]`."""

import argparse
from collections.abc import Sequence
import socket
import sys
from threading import Thread
from typing import IO


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line. SystemExit with a message if it is invalid."""
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
            connection.makefile("r", encoding="utf-8") as responses,
        ):
            if options.command:
                return _request(connection, responses, " ".join(options.command))
            return _interact(connection, responses)
    except OSError as error:
        print(f"No simulator on port {options.port}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _request(connection: socket.socket, responses: IO[str], command: str) -> int:
    """Send a command and print its response, which ends with an empty line.

    Return the exit status. `watch` prints until Ctrl-C.
    """
    connection.sendall(f"{command}\n".encode())
    failed = False
    for line in responses:
        if line == "\n":
            break
        failed |= line.startswith(("error: ", "unknown command "))
        print(line, end="", flush=True)
    return int(failed)


def _interact(connection: socket.socket, responses: IO[str]) -> int:
    """Send typed commands and print the responses, until either side ends."""
    printer = Thread(target=_print, args=(responses,), daemon=True)
    printer.start()
    for line in sys.stdin:
        connection.sendall(line.encode())
    connection.shutdown(socket.SHUT_WR)
    printer.join()
    return 0


def _print(responses: IO[str]) -> None:
    for line in responses:
        print(line, end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
