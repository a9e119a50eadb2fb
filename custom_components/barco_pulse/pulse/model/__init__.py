"""The parts of `state.py` and `introspection.py`: what a projector has, and its values."""
