"""Search with atheris for bytes that the decoder reads differently if split.

This is not run regularly. It runs until it is stopped. The first byte says where to split.

    uv pip install --target /tmp/atheris --no-deps atheris==3.1.0
    PYTHONPATH=/tmp/atheris python -m tests.faults.fuzz_atheris -max_total_time=60
"""

from importlib import import_module
import sys
from typing import Any

atheris: Any = import_module("atheris")  # only this file needs it

with atheris.instrument_imports(
    include=[
        "custom_components.barco_pulse.pulse.decoder",
        "custom_components.barco_pulse.pulse.protocol",
        "custom_components.barco_pulse.pulse.sanitize",
    ]
):
    from custom_components.barco_pulse.pulse import decoder

from .test_fuzz_protocol import SMALL, cut, outcome  # noqa: E402


def look(data: bytes) -> None:
    """Fail if these bytes decode differently when split."""
    step, stream = (data[0] % 16 + 1, data[1:]) if data else (1, b"")
    pieces = cut(stream, range(0, len(stream), step))
    assert outcome(pieces) == outcome([stream])


if __name__ == "__main__":
    decoder.MAX_MESSAGE_SIZE = SMALL
    atheris.Setup(sys.argv, look)
    atheris.Fuzz()
