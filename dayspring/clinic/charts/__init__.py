"""The chart in the database: its table, its one writer, the device stream, and the proof that it is whole."""
