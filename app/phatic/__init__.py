"""What it all means: pure Python, no web, no SQL, no clock."""
