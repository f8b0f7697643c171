"""The first questions, asked of anybody on their own phone. Nothing is kept unless the person sends it."""
