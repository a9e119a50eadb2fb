"""The resources that a process uses."""

import asyncio
import ctypes
import gc
import os
from pathlib import Path
import threading
from typing import NamedTuple, Self, override

MAX_GROWTH = 1_000_000
"""The allowed growth of memory after the first tenth, in bytes."""


class Resources(NamedTuple):
    """The resources of this process at one time."""

    descriptors: int
    tasks: int
    threads: int
    memory: int
    """Resident bytes."""

    @classmethod
    def now(cls) -> Self:
        """Return the current resources, after garbage collection."""
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            len([*Path("/proc/self/fd").iterdir()]),
            len(asyncio.all_tasks()),
            threading.active_count(),
            pages * os.sysconf("SC_PAGE_SIZE"),
        )

    @override
    def __str__(self) -> str:
        """Return a readable summary."""
        return (
            f"{self.descriptors} descriptors, {self.tasks} tasks, "
            f"{self.threads} threads, {self.memory / 1e6:.2f} MB"
        )


def growth(samples: list[Resources]) -> list[str]:
    """Describe growth: of counts since the start, of memory since the first tenth."""
    start, tenth, end = samples[0], samples[1], samples[-1]
    grown = [
        f"{name}: {before} at the start, {after} at the end"
        for name, before, after in zip(
            Resources._fields[:3], start[:3], end[:3], strict=True
        )
        if before != after
    ]
    if end.memory - tenth.memory >= MAX_GROWTH:
        grown.append(f"memory: {(end.memory - tenth.memory) / 1e6:.2f} MB more")
    return grown
