"""The ways to reach people outside the site: one module each."""
