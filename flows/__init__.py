"""Prefect flows: when, how often and on how many machines a digest is made."""
