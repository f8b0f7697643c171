"""The live room, the board, the door: everything of one visit that staff see in a browser."""
