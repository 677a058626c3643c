"""Where news comes from: files, pages, feeds and lists of them. Start at `collect.py`."""
