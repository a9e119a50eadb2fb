"""Kinds of malformed responses: valid JSON-RPC with invalid content."""

from custom_components.barco_pulse.pulse.const import (
    NOTIFICATIONS,
    PEERS,
    PRESETS,
    PROFILES,
    SOURCE,
    SOURCES,
    STATE,
)

from .invalid_values import (
    DIGITS,
    IMAGE,
    INVALID_BY_NAME,
    INVALID_VALUES,
    LINES,
    LINK,
    MEGA,
    NAMES,
    SAFE,
    nested,
)
from .malformed_introspection import MALFORMED_INTROSPECTION
from .malformed_notifications import INVALID_NOTIFICATIONS, notifications
from .malformed_projector import ANY, Malformation
from .malformed_pushes import MALFORMED_PUSHES
from .response_mutators import always, each, random, signals, values

MALFORMED_RESPONSES: dict[str, Malformation] = {
    **MALFORMED_INTROSPECTION,
    **MALFORMED_PUSHES,
    **{
        f"every value {name}": Malformation(
            mutators={"property.get": each(value)}, large="1" in name or "many" in name
        )
        for name, value in INVALID_BY_NAME.items()
    },
    **{
        f"all but the state {name}": Malformation(
            mutators={
                "property.get": each(value, spared=[STATE, "system.targetstate"]),
                ANY: always(value),
                "introspect": lambda params, original: original,
            },
            large="1" in name or "many" in name,
        )
        for name, value in INVALID_BY_NAME.items()
    },
    **{
        f"at random {seed}": Malformation(mutators={ANY: random(seed, 0.02 * seed)})
        for seed in range(1, 6)
    },
    "odd sources": Malformation(
        mutators={
            SOURCES: always(
                [*NAMES, "HDMI", "HDMI", "unknown", "unavailable", *INVALID_VALUES]
            )
        }
    ),
    "4,000 sources": Malformation(
        mutators={SOURCES: always([f"Source {n} {'x' * 90}" for n in range(4_000)])},
        large=True,
    ),
    **{
        f"the source is {name}": Malformation(
            mutators={"property.get": values({SOURCE: value})}, large="1" in name
        )
        for name, value in INVALID_BY_NAME.items()
        if isinstance(value, str)
    },
    "odd connectors": Malformation(
        mutators={
            "image.source.hdmi.listconnectors": always(
                [*NAMES, *INVALID_VALUES, *(f"c{n}" for n in range(1000))]
            )
        }
    ),
    "1,000 peers": Malformation(
        mutators={
            "property.get": values(
                {
                    PEERS: [
                        *(
                            {
                                "address": f"10.0.{n // 250}.{n % 250}",
                                "serial": f"{IMAGE}{n}",
                                "name": LINES,
                            }
                            for n in range(1_000)
                        ),
                        *INVALID_VALUES,
                    ]
                }
            )
        }
    ),
    "odd presets": Malformation(
        mutators={
            "property.get": values(
                {
                    PRESETS: [
                        *(
                            {"key": slot, "value": IMAGE}
                            for slot in (
                                *INVALID_VALUES,
                                -1,
                                31.0,
                                "٣",
                                DIGITS,
                                "1.0",
                                "x",
                            )
                        ),
                        *INVALID_VALUES,
                        *([slot, f"p{slot}"] for slot in range(2000)),
                    ],
                    PROFILES: [
                        *NAMES,
                        *INVALID_VALUES,
                        *(f"p{n}" for n in range(2000)),
                    ],
                }
            )
        }
    ),
    "presets by name": Malformation(
        mutators={
            "property.get": values(
                {PRESETS: {name: name for name in (*NAMES, DIGITS, "1")}}
            )
        }
    ),
    **{
        f"every signal is {name}": Malformation(
            mutators={"property.get": signals(value)},
            large="1" in name or "many" in name,
        )
        for name, value in INVALID_BY_NAME.items()
    },
    **{
        f"a signal of {name}": Malformation(
            mutators={
                "property.get": signals(
                    {
                        "active": True,
                        **dict.fromkeys(
                            (
                                "name",
                                "vertical_frequency",
                                "horizontal_resolution",
                                "vertical_resolution",
                                "color_space",
                                "signal_range",
                                "scan",
                                "gamma_type",
                                "color_primaries",
                                "stereo_mode",
                                "chroma_sampling",
                                "content_aspect_ratio",
                                "bits_per_component",
                                "max_cll",
                                "max_fall",
                                "mastering_luminance",
                            ),
                            value,
                        ),
                    }
                )
            },
            large="1" in name or "many" in name,
        )
        for name, value in INVALID_BY_NAME.items()
    },
    "odd notifications": Malformation(
        mutators={NOTIFICATIONS: always(INVALID_NOTIFICATIONS)}
    ),
    "900 errors": Malformation(
        mutators={
            NOTIFICATIONS: always(
                [entry for n in range(900) for entry in notifications(id=str(n))]
            )
        }
    ),
    "60,000 errors": Malformation(
        mutators={
            NOTIFICATIONS: always(
                [{"id": str(n), "severity": "ERROR"} for n in range(60_000)]
            )
        },
        large=True,
    ),
    **{
        f"its name is {name}": Malformation(
            mutators={
                "property.get": values(
                    {n: value for n in SAFE if n != "system.serialnumber"}
                )
            },
            large="1" in name or "many" in name,
        )
        for name, value in {**INVALID_BY_NAME, "link": LINK}.items()
    },
    **{
        f"its serial number is {name}": Malformation(
            mutators={"property.get": values({"system.serialnumber": value})},
            refused=True,
            large="1" in name or "many" in name,
        )
        for name, value in INVALID_BY_NAME.items()
    },
    "odd errors": Malformation(
        errors={"code": 1e300, "message": LINES + IMAGE}, refused=True
    ),
    "errors of 1 MB": Malformation(errors=MEGA, refused=True, large=True),
    "errors without end": Malformation(
        errors={"code": nested, "message": nested}, refused=True
    ),
}
