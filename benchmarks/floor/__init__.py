"""The floor: a plain Django REST framework project, as fast as one writes it without effort.

One model of twenty clear columns. No sign-in, consent, evidence, encryption or row-level security.
"""
