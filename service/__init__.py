"""FastAPI service: the digests over HTTP."""
