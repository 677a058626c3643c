"""Kawaraban turns Japanese news pages into a bilingual English digest.

Read `types.py` and `pipeline.py` first: the one names what travels, the other the order in which
it is made. Nothing is imported or loaded here.
"""

__version__ = "0.1.0"
