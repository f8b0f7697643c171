"""Consent: the whole text to read, the signature under it, and what stands of it since."""
