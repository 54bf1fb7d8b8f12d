"""Tools made up for tests: documents as an operator's file would hold them."""

import copy

TRIAL = {
    "code": "trial",
    "version": 1,
    "name": "Trial",
    "items": [
        {"code": "one", "text": "One?", "answers": "yes_no", "weights": {"yes": 1}},
        {"code": "two", "text": "Two?", "answers": "yes_no", "weights": {"yes": 5}},
        {
            "code": "often",
            "text": "How often?",
            "help": "Think of the last month.",
            "section": "Day to day",
            "answers": "frequency",
            "weights": {"occasionally": 1, "often": 2, "all_the_time": 4},
        },
    ],
    "bands": [
        {"band": "standard", "from": 0, "label": "Bronze"},
        {"band": "medium", "from": 3},
        {"band": "high", "from": 6, "label": "Gold"},
    ],
}


def trial(**changes):
    """The trial tool's document, with some of its keys changed."""
    return {**copy.deepcopy(TRIAL), **changes}


def with_item(**changes):
    """The trial tool with its first question changed; None takes a key away."""
    return _with("items", changes)


def with_band(nth=0, **changes):
    """The trial tool with one of its bands changed; None takes a key away."""
    return _with("bands", changes, nth)


def _with(key, changes, nth=0):
    document = trial()
    changed = {**document[key][nth], **changes}
    document[key][nth] = {name: value for name, value in changed.items() if value is not None}
    return document
