"""The horrors: valid JSON-RPC of no sense at all."""

from custom_components.barco_pulse.pulse.const import (
    NOTIFICATIONS,
    PEERS,
    PRESETS,
    PROFILES,
    SOURCE,
    SOURCES,
    STATE,
)

from .horrors_model import MODEL
from .horrors_said import SAID
from .hostile import ANY, Horror
from .oddities import (
    DIGITS,
    IMAGE,
    LINES,
    LINK,
    MEGA,
    NAMES,
    ODD,
    ODDITIES,
    SAFE,
    nested,
)
from .said import ODD_NOTIFICATIONS, notifications
from .twists import always, each, random, signals, values

HORRORS: dict[str, Horror] = {
    **MODEL,
    **SAID,
    **{
        f"every value {name}": Horror(
            twists={"property.get": each(value)}, large="1" in name or "many" in name
        )
        for name, value in ODD.items()
    },
    **{
        f"all but the state {name}": Horror(
            twists={
                "property.get": each(value, spared=[STATE, "system.targetstate"]),
                ANY: always(value),
                "introspect": lambda params, honest: honest,
            },
            large="1" in name or "many" in name,
        )
        for name, value in ODD.items()
    },
    **{
        f"at random {seed}": Horror(twists={ANY: random(seed, 0.02 * seed)})
        for seed in range(1, 6)
    },
    "odd sources": Horror(
        twists={
            SOURCES: always(
                [*NAMES, "HDMI", "HDMI", "unknown", "unavailable", *ODDITIES]
            )
        }
    ),
    "4,000 sources": Horror(
        twists={SOURCES: always([f"Source {n} {'x' * 90}" for n in range(4_000)])},
        large=True,
    ),
    **{
        f"the source is {name}": Horror(
            twists={"property.get": values({SOURCE: value})}, large="1" in name
        )
        for name, value in ODD.items()
        if isinstance(value, str)
    },
    "odd connectors": Horror(
        twists={
            "image.source.hdmi.listconnectors": always(
                [*NAMES, *ODDITIES, *(f"c{n}" for n in range(1000))]
            )
        }
    ),
    "1,000 peers": Horror(
        twists={
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
                        *ODDITIES,
                    ]
                }
            )
        }
    ),
    "odd presets": Horror(
        twists={
            "property.get": values(
                {
                    PRESETS: [
                        *(
                            {"key": slot, "value": IMAGE}
                            for slot in (*ODDITIES, -1, 31.0, "٣", DIGITS, "1.0", "x")
                        ),
                        *ODDITIES,
                        *([slot, f"p{slot}"] for slot in range(2000)),
                    ],
                    PROFILES: [*NAMES, *ODDITIES, *(f"p{n}" for n in range(2000))],
                }
            )
        }
    ),
    "presets by name": Horror(
        twists={
            "property.get": values(
                {PRESETS: {name: name for name in (*NAMES, DIGITS, "1")}}
            )
        }
    ),
    **{
        f"every signal is {name}": Horror(
            twists={"property.get": signals(value)}, large="1" in name or "many" in name
        )
        for name, value in ODD.items()
    },
    **{
        f"a signal of {name}": Horror(
            twists={
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
        for name, value in ODD.items()
    },
    "odd notifications": Horror(twists={NOTIFICATIONS: always(ODD_NOTIFICATIONS)}),
    "900 errors": Horror(
        twists={
            NOTIFICATIONS: always(
                [entry for n in range(900) for entry in notifications(id=str(n))]
            )
        }
    ),
    "60,000 errors": Horror(
        twists={
            NOTIFICATIONS: always(
                [{"id": str(n), "severity": "ERROR"} for n in range(60_000)]
            )
        },
        large=True,
    ),
    **{
        f"its name is {name}": Horror(
            twists={
                "property.get": values(
                    {n: value for n in SAFE if n != "system.serialnumber"}
                )
            },
            large="1" in name or "many" in name,
        )
        for name, value in {**ODD, "link": LINK}.items()
    },
    **{
        f"its serial number is {name}": Horror(
            twists={"property.get": values({"system.serialnumber": value})},
            refused=True,
            large="1" in name or "many" in name,
        )
        for name, value in ODD.items()
    },
    "odd errors": Horror(
        errors={"code": 1e300, "message": LINES + IMAGE}, refused=True
    ),
    "errors of 1 MB": Horror(errors=MEGA, refused=True, large=True),
    "errors without end": Horror(
        errors={"code": nested, "message": nested}, refused=True
    ),
}
