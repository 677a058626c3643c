"""The groups of the `kawaraban` command, a file each. Engines are imported inside commands."""
