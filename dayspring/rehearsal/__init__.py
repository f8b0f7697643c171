"""A simulated monitor and patient to rehearse with. It speaks to the clinic as any gateway would: over HTTP."""
