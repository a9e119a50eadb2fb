"""A network link that can be disconnected, between two network namespaces."""

from collections.abc import Iterator
import contextlib
import os
from pathlib import Path
import subprocess
from typing import Final

NEAR: Final = "192.0.2.1"
FAR: Final = "192.0.2.2"
"""Addresses reserved for documentation, used inside the namespaces only."""

_HERE: Final = "/proc/thread-self/ns/net"


class NetworkLink:
    """Both ends of the link. This thread creates its sockets at the near end."""

    def __init__(self, near: int, far: int) -> None:
        """Initialize with the descriptors of the namespaces."""
        self._near = near
        self._far = far

    @contextlib.contextmanager
    def at_far_end(self) -> Iterator[None]:
        """Create sockets at the far end while the context is entered."""
        os.setns(self._far, os.CLONE_NEWNET)
        try:
            yield
        finally:
            os.setns(self._near, os.CLONE_NEWNET)

    def disconnect(self) -> None:
        """Drop all packets, without a notice at either end."""
        with self.at_far_end():
            _ip("link set far down")

    def reconnect(self) -> None:
        """Transmit packets again."""
        with self.at_far_end():
            _ip("link set far up")


@contextlib.contextmanager
def network_link() -> Iterator[NetworkLink]:
    """Create a link and use its near end. OSError without the permission."""
    with contextlib.ExitStack() as stack:
        home = _descriptor(stack)
        stack.callback(os.setns, home, os.CLONE_NEWNET)
        near = _new(stack)
        far = _new(stack)
        _ip("link add far type veth peer name near")
        # `ip` on all systems accepts only a path as the name of a namespace.
        _ip(f"link set near netns /proc/{os.getpid()}/fd/{near}", near)
        _ip(f"addr add {FAR}/24 dev far")
        _ip("link set far up")
        os.setns(near, os.CLONE_NEWNET)
        _ip(f"addr add {NEAR}/24 dev near")
        _ip("link set near up")
        yield NetworkLink(near, far)


def _new(stack: contextlib.ExitStack) -> int:
    os.unshare(os.CLONE_NEWNET)
    _ip("link set lo up")
    return _descriptor(stack)


def _descriptor(stack: contextlib.ExitStack) -> int:
    descriptor = os.open(Path(_HERE), os.O_RDONLY | os.O_CLOEXEC)
    stack.callback(os.close, descriptor)
    return descriptor


def _ip(command: str, *inherited: int) -> None:
    done = subprocess.run(
        ["ip", *command.split()],
        check=False,
        capture_output=True,
        text=True,
        timeout=10,
        pass_fds=inherited,
    )
    if done.returncode:
        raise OSError(f"ip {command}: {done.stderr.strip()}")
