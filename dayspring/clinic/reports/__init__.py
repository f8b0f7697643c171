"""The note of a session, on the screen and as PDF."""
