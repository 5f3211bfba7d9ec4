"""Teken van leven: a quiet sign of life for a small circle."""
