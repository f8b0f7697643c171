"""What pages share when they show a chart: the fold, the words, the tiles, the look at one session."""
