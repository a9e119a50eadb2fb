"""Kinds of malformed introspection."""

from .invalid_values import INVALID_BY_NAME, INVALID_VALUES, MANY, MEGA, NAMES
from .malformed_projector import Malformation
from .response_mutators import always, described, each_type, floats, inside_itself, more

MALFORMED_INTROSPECTION: dict[str, Malformation] = {
    **{
        f"introspection is {name}": Malformation(
            mutators={"introspect": always(value)}, large="1" in name or "many" in name
        )
        for name, value in INVALID_BY_NAME.items()
    },
    **{
        # So large that writing it to the log would take long.
        f"every type is {name}": Malformation(
            mutators=each_type(value), large=name == "nested"
        )
        for name, value in INVALID_BY_NAME.items()
        if not name.startswith(("1", "many"))
    },
    **{
        f"every range is {name}": Malformation(
            mutators=each_type(
                {"base": "float", "min": low, "max": high, "step-size": step}
            )
        )
        for name, low, high, step in (
            ("turned over", 100, -100, 1),
            ("a point", 5, 5, 0),
            ("huge", -1e300, 1e300, 1e300),
            ("without step", 0, 1, 0),
            ("stepping back", 0, 1, -1),
            ("text", "a", "b", "c"),
            ("endless", float("-inf"), float("inf"), float("nan")),
            ("tiny", 0, 1e-300, 1e-300),
        )
    },
    "an option of 1 MB": Malformation(
        mutators=more(
            "image",
            properties=[
                {"name": "orientation", "type": {"base": "enum", "values": [MEGA, "x"]}}
            ],
        ),
        large=True,
    ),
    "100,000 options": Malformation(
        mutators=more(
            "image",
            properties=[
                {
                    "name": "orientation",
                    "type": {"base": "enum", "values": [f"o{n}" for n in range(MANY)]},
                }
            ],
        ),
        large=True,
    ),
    "odd options": Malformation(
        mutators=each_type(
            {
                "base": "enum",
                "values": [*NAMES, *INVALID_VALUES, "unknown", "unavailable", "A", "a"],
            }
        )
    ),
    "100,000 counters": Malformation(
        mutators=more(
            "statistics", properties=floats(f"c{n}.value" for n in range(MANY))
        ),
        large=True,
    ),
    "4,000 counters": Malformation(
        mutators=more(
            "statistics", properties=floats(f"c{n}.value" for n in range(4_000))
        ),
        large=True,
    ),
    "4,000 temperatures": Malformation(
        mutators=more(
            "environment",
            properties=floats(f"temperature.t{n}.value" for n in range(4_000)),
        ),
        large=True,
    ),
    "4,000 thresholds": Malformation(
        mutators=more(
            "environment",
            properties=floats(
                f"temperature.inlet.threshold.t{n}" for n in range(4_000)
            ),
        ),
        large=True,
    ),
    "4,000 properties everywhere": Malformation(
        mutators=described(
            lambda description, name: (
                {**description, "properties": floats(f"p{n}" for n in range(4_000))}
                if name
                else description
            )
        ),
        large=True,
    ),
    "20,000 objects": Malformation(
        mutators=more("", objects=[{"name": f"o{n}"} for n in range(20_000)]),
        large=True,
    ),
    "10,000 methods": Malformation(
        mutators=more(
            "image", methods=[{"name": f"list{n}", "params": []} for n in range(10_000)]
        ),
        large=True,
    ),
    "odd counters": Malformation(
        mutators=more(
            "statistics", properties=floats(f"{name}.value" for name in NAMES)
        )
    ),
    "odd temperatures": Malformation(
        mutators=more(
            "environment",
            properties=floats(f"temperature.{name}.value" for name in NAMES),
        )
    ),
    "odd objects": Malformation(
        mutators=more("", objects=[{"name": name} for name in NAMES])
    ),
    "objects inside themselves": Malformation(mutators=described(inside_itself)),
    "listed counters": Malformation(
        mutators={
            "statistics.listcounters": always(
                [{"name": name, "unit": name, "value": 1} for name in NAMES]
                + [{"name": f"n{n}", "unit": "hours", "value": n} for n in range(4_000)]
            )
        }
    ),
    "listed sensors": Malformation(
        mutators={
            "environment.getcontrolblocks": always(
                {f"temperature.{name}": 1.0 for name in [*NAMES, *range(4_000)]}
            )
        }
    ),
}
