"""Who visits whom when: a solver that knows instants, codes and ids of the moment, and nobody.

Pure: no database, no Django, no other room of the house. ``visits.planner`` asks and answers.
"""
