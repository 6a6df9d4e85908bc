"""The closed registries: for each fact, what may be looked at, and its French. Data, no logic."""
