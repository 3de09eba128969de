"""The text of the generated functions of the benchmark models, so that a change of it, and of its speed, shows."""
