"""Referrals to an agency: preview, answer, and what became of them."""
