"""The heart: cases, referrals, consent, and the keys that follow from it. Knows no HTTP."""
