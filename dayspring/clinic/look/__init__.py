"""The page that shows how everything looks, and what templates need to show a form's words again."""
