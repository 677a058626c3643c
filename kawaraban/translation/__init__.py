"""Japanese sentences → English ones that can be checked. Start at `engine.py`."""
