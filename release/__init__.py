"""What scripts/release does: are all versions one, and what goes into a release."""
