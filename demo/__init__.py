"""A real Home Assistant with simulated projectors, on this machine only."""
