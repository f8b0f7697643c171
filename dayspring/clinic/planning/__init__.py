"""Plan and order: dates, the dose with its arithmetic, the signature and the second check."""
