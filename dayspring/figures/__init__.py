"""Pictures: plain data in, SVG and a sentence out."""
