"""What Dayspring promises, as sentences that could be false."""
