"""Reports, recordings and diagnostics of a projector, without private data."""
