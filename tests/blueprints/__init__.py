"""The blueprints, run by Home Assistant against the simulator."""
