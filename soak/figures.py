"""What a process holds."""

import asyncio
import ctypes
import gc
import os
from pathlib import Path
import threading
from typing import NamedTuple, Self, override

GROWTH = 1_000_000
"""Bytes of memory that may be gained after the first tenth."""


class Figures(NamedTuple):
    """What this process holds at one moment."""

    descriptors: int
    tasks: int
    threads: int
    memory: int
    """Bytes that are resident."""

    @classmethod
    def now(cls) -> Self:
        """Count, after whatever is not needed was given back."""
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
        """Return them for a person."""
        return (
            f"{self.descriptors} descriptors, {self.tasks} tasks, "
            f"{self.threads} threads, {self.memory / 1e6:.2f} MB"
        )


def growth(samples: list[Figures]) -> list[str]:
    """Return what has grown: counts since the start, memory since the first tenth."""
    start, tenth, end = samples[0], samples[1], samples[-1]
    grown = [
        f"{name}: {before} at the start, {after} at the end"
        for name, before, after in zip(
            Figures._fields[:3], start[:3], end[:3], strict=True
        )
        if before != after
    ]
    if end.memory - tenth.memory >= GROWTH:
        grown.append(f"memory: {(end.memory - tenth.memory) / 1e6:.2f} MB more")
    return grown
