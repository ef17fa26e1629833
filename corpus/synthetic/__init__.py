"""Synthetic test pictures, the same to the last bit on every machine; see scenes.py."""
