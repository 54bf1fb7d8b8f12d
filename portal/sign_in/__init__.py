"""The pages of sign-in: allauth's, as far as they are let in."""
