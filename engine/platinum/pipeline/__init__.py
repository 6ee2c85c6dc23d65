"""One batch of one partition through the stages: pure, no waiting, no clock (design 1)."""
