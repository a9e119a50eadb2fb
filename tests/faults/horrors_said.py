"""What it says unasked."""

from custom_components.barco_pulse.pulse.const import SOURCE, STATE

from .hostile import Horror
from .oddities import INLETS, MEGA
from .said import emitted, note, odd_messages, signal

SAID: dict[str, Horror] = {
    "it says odd things": Horror(says=odd_messages),
    "it says much": Horror(
        says=lambda: (
            note({name: n})
            for n in range(5_000)
            for name in (f"{INLETS}.inlet.value", STATE)
        ),
        large=True,
    ),
    "it changes state all the time": Horror(
        says=lambda: (
            note({STATE: state}, {SOURCE: state})
            for n in range(2_000)
            for state in ("on", "ready", f"s{n}")
        ),
        large=True,
    ),
    "it errs all the time": Horror(
        says=lambda: (emitted(id=str(n)) for n in range(5_000)), large=True
    ),
    "its objects come all the time": Horror(
        says=lambda: (
            signal(
                "introspect.objectchanged",
                {"object": f"o{n}.a", "newobject": True, "reason": "added"},
            )
            for n in range(10_000)
        ),
        large=True,
    ),
    "it has many signals": Horror(
        says=lambda: (
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
    "one push of everything": Horror(
        says=lambda: [note(*({f"p{n}": n} for n in range(40_000)))], large=True
    ),
    "values of 1 MB are pushed": Horror(
        says=lambda: [
            note({f"{INLETS}.inlet.value": MEGA}, {SOURCE: MEGA}, {STATE: MEGA})
        ],
        large=True,
    ),
    "noise": Horror(
        says=lambda: [b"\0\xff{ x" * 100_000, b'{"id":7,"result":"\xff"}' * 1000]
    ),
    "no protocol": Horror(says=lambda: [b'{"a":nope}']),
    "a message without end": Horror(
        says=lambda: [b'{"a":"' + b"x" * 9_000_000], large=True
    ),
    "2,000,000 objects in a message": Horror(
        says=lambda: [b'{"method":"x","params":{"a":[' + b"{}," * 2_000_000 + b"0]}}"],
        large=True,
    ),
}
