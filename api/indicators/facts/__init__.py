"""Where the rows of each fact are, in SQL: one source per fact of the vocabulary."""
