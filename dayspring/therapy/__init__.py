"""The rules: an act goes in; facts come out, or a refusal with its reasons."""
