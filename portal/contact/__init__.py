"""How a person may be reached: what was agreed, the call about to be made, a hold and its end."""
