"""Bodies of requests and answers: what goes over the wire."""
