"""The rota on screen: the week of the team, one colleague, and every change of it."""
