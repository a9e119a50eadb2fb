"""Tests for the simulated projector."""
