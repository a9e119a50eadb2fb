"""Tests that run the blueprints in Home Assistant against the simulator."""
