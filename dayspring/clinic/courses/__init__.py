"""One patient's course from referral on: what stands, what is next, and whose it is."""
