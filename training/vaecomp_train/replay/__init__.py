"""Prices ideas for the stream format without training: replays what an encoder decided.

`capture.py` has what a stream holds (values, means, scale indices, decoded samples); a module an idea
takes that and says what files and pictures would have become; `curves.py` puts it in percent of the
rate. What was found stands in EXPERIMENTS.md.
"""
