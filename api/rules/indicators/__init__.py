"""Indicators as data: their vocabulary, their plain-French reading, their arithmetic. All pure."""
