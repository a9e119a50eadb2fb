"""What the demo shows, and what it says when it cannot start."""

import socket

import pytest

from demo.dashboard import Entity, entity_ids, view
from demo.processes import require_free
from demo.settings import DemoError

ENTITIES = [
    Entity("sensor.cinema_laser_hours", "diagnostic"),
    Entity("sensor.cinema_state", None),
    Entity("number.cinema_laser_power", None),
    Entity("switch.cinema_power", None),
    Entity("media_player.cinema", None),
]


def test_dashboard_shows_every_entity_in_its_place() -> None:
    """Controls first, the media player at the head of them."""
    shown = view("Cinema", "cinema", ENTITIES)

    assert entity_ids(shown) == {entity.entity_id for entity in ENTITIES}
    places = {
        section["cards"][0]["heading"]: [
            card["entity"] for card in section["cards"] if "entity" in card
        ]
        for section in shown["sections"]
    }
    assert places == {
        "Control": [
            "media_player.cinema",
            "switch.cinema_power",
            "number.cinema_laser_power",
        ],
        "State": ["sensor.cinema_state"],
        "Diagnostics": ["sensor.cinema_laser_hours"],
    }


def test_port_in_use_is_a_clear_message() -> None:
    """Which port, and which option chooses another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DemoError, match=rf"Port {port} .*(.|\n)*--port"):
            require_free(port, "--port")
