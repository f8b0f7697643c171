"""The clinic as the people in it use it: a real browser, whole pages, the words and numbers on them."""
