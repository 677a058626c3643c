"""The reader: digests, articles, search, glossary and watch words as pages for people."""
