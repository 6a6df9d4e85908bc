"""Pure functions: no input or output, no clock, no database, no web framework."""
