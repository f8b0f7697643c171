"""What the tests stand on: a real server, a real browser, a real PostgreSQL."""
