"""The pages of the MARAC: meetings, lists, agendas, results, and a case's way there and back."""
