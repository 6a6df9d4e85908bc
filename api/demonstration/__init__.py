"""The demonstration that ``make run`` shows: the same at each load, and marked as fictitious."""
