"""Accounts, roles, identities, and the doors that they pass."""
