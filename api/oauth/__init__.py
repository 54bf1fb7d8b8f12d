"""How a system asks for a token, and gives one up: OAuth 2 client credentials, nothing else."""
