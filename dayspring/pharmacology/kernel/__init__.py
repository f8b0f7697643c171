"""The compiled tier of the model: the same equations and grid as the NumPy tier, for many people at once."""
