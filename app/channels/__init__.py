"""Ways out: each gets an address and a message, never a table."""
