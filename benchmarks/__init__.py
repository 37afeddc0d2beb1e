"""What is measured, as ratios within one run: `python -m benchmarks`. docs/benchmarks.md explains the table."""
