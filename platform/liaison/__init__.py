"""直联 Liaison: mechanisms of contact between enterprises and government, run as data."""
