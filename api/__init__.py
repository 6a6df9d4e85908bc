"""The service that holds the data and the rules of responsible public purchasing."""

__version__ = "0.1.0"
