"""Break-glass: asking to look for an hour, answering, looking, and reviewing it afterwards."""
