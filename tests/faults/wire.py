"""A wire of our own that can be cut: two network namespaces and a link between them."""

from collections.abc import Iterator
import contextlib
import os
from pathlib import Path
import subprocess
from typing import Final

NEAR: Final = "192.0.2.1"
FAR: Final = "192.0.2.2"
"""Addresses for documentation; nothing leaves the namespaces."""

_HERE: Final = "/proc/thread-self/ns/net"


class Wire:
    """Both ends; this thread makes its sockets at one of them."""

    def __init__(self, near: int, far: int) -> None:
        """Take the namespaces by their descriptors."""
        self._near = near
        self._far = far

    @contextlib.contextmanager
    def at_far_end(self) -> Iterator[None]:
        """Make sockets there meanwhile."""
        os.setns(self._far, os.CLONE_NEWNET)
        try:
            yield
        finally:
            os.setns(self._near, os.CLONE_NEWNET)

    def cut(self) -> None:
        """From now on nothing gets through, and neither end is told."""
        with self.at_far_end():
            _ip("link set far down")

    def mend(self) -> None:
        """Let it through again."""
        with self.at_far_end():
            _ip("link set far up")


@contextlib.contextmanager
def own_wire() -> Iterator[Wire]:
    """Lay a wire, and be at its near end meanwhile; OSError where that is not permitted."""
    with contextlib.ExitStack() as stack:
        home = _descriptor(stack)
        stack.callback(os.setns, home, os.CLONE_NEWNET)
        near = _new(stack)
        far = _new(stack)
        _ip("link add far type veth peer name near")
        # As a name only a path to it is understood everywhere.
        _ip(f"link set near netns /proc/{os.getpid()}/fd/{near}", near)
        _ip(f"addr add {FAR}/24 dev far")
        _ip("link set far up")
        os.setns(near, os.CLONE_NEWNET)
        _ip(f"addr add {NEAR}/24 dev near")
        _ip("link set near up")
        yield Wire(near, far)


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
