"""May this contract be reserved? Dated rules as data and one pure function; no database."""
