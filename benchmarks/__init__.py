"""What is timed, as programs: each prints a table, with the named rival measured in the same run.

Run all with ``make bench``, or one with ``make bench ARGS=cold_start``. Machines drift: compare only figures of
one run, and read ratios rather than milliseconds.
"""
