"""The routes, thin: what is asked becomes a call of the core, its result a body."""
