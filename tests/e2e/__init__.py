"""Browser tests of Home Assistant's pages, run by scripts/e2e."""
