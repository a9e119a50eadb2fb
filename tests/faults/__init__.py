"""Every fault at every moment, and what no projector says: nothing does harm."""
