"""An invented town with invented people, to show and to try."""
