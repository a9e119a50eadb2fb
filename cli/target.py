"""The projector that a command talks to, and how to connect to it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import contextlib
from dataclasses import dataclass
from typing import Any, NamedTuple, override

from aiobarcopulse import (
    DEFAULT_PORT,
    Login,
    Projector,
    ProjectorOptions,
    PulseAuthenticationError,
    PulsePermissionError,
)

from .errors import CommandError, ExitCode


class Address(NamedTuple):
    """Host and port of a projector."""

    host: str
    port: int = DEFAULT_PORT

    @override
    def __str__(self) -> str:
        """Return "host", or "host:port" if the port is not the default one."""
        if self.port == DEFAULT_PORT:
            return self.host
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_address(text: str) -> Address:
    """Parse HOST or HOST:PORT. IPv6 addresses with a port need brackets.

    Raises:
        ValueError: The text is not an address.
    """
    host, separator, port = text.strip().rpartition(":")
    if text.startswith("[") and text.endswith("]"):
        host, port = text[1:-1], ""
    elif not separator or (":" in host and not host.startswith("[")):
        host, port = text.strip(), ""
    host = host.removeprefix("[").removesuffix("]")
    number = int(port) if port.isascii() and port.isdecimal() else 0
    if not host or "/" in host or (port and not 0 < number < 65536):
        raise ValueError(f"{text!r} is not HOST or HOST:PORT")
    return Address(host, number or DEFAULT_PORT)


@dataclass(frozen=True, slots=True)
class Target:
    """The address of a projector, and the PIN or login for it."""

    address: Address
    pin: str | None = None
    login: Login | None = None

    def projector(self, **options: Any) -> Projector:
        """Return a projector that is not connected yet."""
        return Projector(
            *self.address, self.pin, ProjectorOptions(login=self.login, **options)
        )

    @contextlib.asynccontextmanager
    async def connected(self, **options: Any) -> AsyncIterator[Projector]:
        """Connect, and disconnect in the end. Raises PulseError."""
        projector = self.projector(**options)
        try:
            await projector.connect()
            with self.explaining_refusals(projector):
                yield projector
        finally:
            await projector.stop()

    @contextlib.contextmanager
    def explaining_refusals(self, projector: Projector) -> Iterator[None]:
        """Do not ask for a PIN or login that was given.

        Raises PulseAuthenticationError if the projector refused it before, and
        CommandError if the projector does not allow the command in spite of it.
        """
        try:
            yield
        except PulsePermissionError as error:
            if projector.snapshot.pin_refused:
                raise PulseAuthenticationError(str(error)) from error
            if self.pin or self.login:
                raise CommandError(
                    ExitCode.LOGIN,
                    "The projector does not allow this with this PIN or login. It may"
                    " allow it to others, or not at all.",
                    error,
                ) from error
            raise


@contextlib.asynccontextmanager
async def running(projector: Projector) -> AsyncIterator[None]:
    """Keep a projector up to date while the context lasts."""
    task = asyncio.create_task(projector.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
