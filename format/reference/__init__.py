"""Reference decoder of `.vaec` streams in NumPy, written from SPEC.md and MODEL.md alone.

It is the second implementation of the two formats: slow, plain, and the judge of the C++ one. Read
decode.py first. Run it with `PYTHONPATH=format python3 -m reference MODEL.vaem IN.vaec OUT.ppm`.
"""
