"""Insertion hours as pure rules: what is promised, what is declared, what counts, what it makes."""
