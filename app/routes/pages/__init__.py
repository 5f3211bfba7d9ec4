"""The pages: HTML for people, on the same flows as the JSON endpoints."""
