"""Plans: what the solver is told of an agency's visits, and what people make of its answer.

Nothing here is needed to book a visit: without the worker there are no proposals, and that is all.
"""
