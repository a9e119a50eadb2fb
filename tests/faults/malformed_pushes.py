"""Kinds of malformed messages that the projector pushes."""

from custom_components.barco_pulse.pulse.const import SOURCE, STATE

from .invalid_values import INLETS, MEGA
from .malformed_notifications import changed_properties, emitted, odd_messages, signal
from .malformed_projector import Malformation

MALFORMED_PUSHES: dict[str, Malformation] = {
    "invalid notifications": Malformation(pushes=odd_messages),
    "many notifications": Malformation(
        pushes=lambda: (
            changed_properties({name: n})
            for n in range(5_000)
            for name in (f"{INLETS}.inlet.value", STATE)
        ),
        large=True,
    ),
    "constant changes of state": Malformation(
        pushes=lambda: (
            changed_properties({STATE: state}, {SOURCE: state})
            for n in range(2_000)
            for state in ("on", "ready", f"s{n}")
        ),
        large=True,
    ),
    "constant new errors": Malformation(
        pushes=lambda: (emitted(id=str(n)) for n in range(5_000)), large=True
    ),
    "constant new objects": Malformation(
        pushes=lambda: (
            signal(
                "introspect.objectchanged",
                {"object": f"o{n}.a", "newobject": True, "reason": "added"},
            )
            for n in range(10_000)
        ),
        large=True,
    ),
    "many signals": Malformation(
        pushes=lambda: (
            {
                "method": "signal.callback",
                "params": {
                    "signal": [{f"s{n}": {}} for n in range(i * 1000, i * 1000 + 1000)]
                },
            }
            for i in range(20)
        ),
        large=True,
    ),
    "one push of everything": Malformation(
        pushes=lambda: [changed_properties(*({f"p{n}": n} for n in range(40_000)))],
        large=True,
    ),
    "values of 1 MB are pushed": Malformation(
        pushes=lambda: [
            changed_properties(
                {f"{INLETS}.inlet.value": MEGA}, {SOURCE: MEGA}, {STATE: MEGA}
            )
        ],
        large=True,
    ),
    "noise": Malformation(
        pushes=lambda: [b"\0\xff{ x" * 100_000, b'{"id":7,"result":"\xff"}' * 1000]
    ),
    "no protocol": Malformation(pushes=lambda: [b'{"a":nope}']),
    "a message without end": Malformation(
        pushes=lambda: [b'{"a":"' + b"x" * 9_000_000], large=True
    ),
    "2,000,000 objects in a message": Malformation(
        pushes=lambda: [
            b'{"method":"x","params":{"a":[' + b"{}," * 2_000_000 + b"0]}}"
        ],
        large=True,
    ),
}
