"""What managers look at of their agency's evidence."""
