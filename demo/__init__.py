"""A Home Assistant with simulated projectors on loopback."""
