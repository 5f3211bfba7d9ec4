"""HTTP: read the request, call one flow, shape the answer."""
