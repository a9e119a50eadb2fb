"""What the integration costs, as figures that anybody can repeat: `scripts/bench`.

All on loopback, bounded in count and time. Figures are ratios within one run, medians
of interleaved repeats, or CPU time: other programs of the machine disturb these least.
"""
