"""The knowledge to read, to search and to sign."""
