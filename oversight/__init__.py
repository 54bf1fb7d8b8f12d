"""Who watches the evidence: outside holders of checkpoints, managers who look, and her own view."""
