"""What another program may ask this clinic: to screen a set of facts. Nothing that is asked is kept."""
