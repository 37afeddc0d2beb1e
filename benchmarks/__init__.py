"""What is measured, as ratios within one run. `python -m benchmarks` prints the table; docs/benchmarks.md explains it."""
