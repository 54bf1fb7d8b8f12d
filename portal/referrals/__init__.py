"""The sender's pages: begin, check, send, and see what came of it."""
