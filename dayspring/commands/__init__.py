"""The verbs of the shell that are more than a line: one file each, and cli.py names them."""
