"""Tests with faults of the network and malformed messages."""
