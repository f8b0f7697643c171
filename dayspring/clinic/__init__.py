"""The server: pages, people, storage, live sessions."""
