"""Ways to the outside: DNS look-ups and TLS handshakes, each with a double."""
