"""Measurements of what the integration costs, for `scripts/bench`.

All run on loopback, with bounded counts and times. Metrics are ratios within one run,
medians of interleaved repeats, or CPU time, because other load affects these least.
"""
