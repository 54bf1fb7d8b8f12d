"""The register of requests for what is held, and looking over what goes out."""
