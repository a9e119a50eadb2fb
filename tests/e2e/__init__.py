"""What a person sees and does in Home Assistant's own pages; run by scripts/e2e."""
