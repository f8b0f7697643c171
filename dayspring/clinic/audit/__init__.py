"""Who opened what: a list that only grows."""
