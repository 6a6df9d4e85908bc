"""Words of no domain: sessions, columns, problems, pages, tokens, audit."""
