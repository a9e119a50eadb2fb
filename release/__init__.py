"""Check the versions and build the files of a release, for scripts/release."""
