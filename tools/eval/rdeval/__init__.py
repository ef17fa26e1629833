"""Rate-distortion evaluation of picture codecs: the parts that rd_eval.py puts together."""
