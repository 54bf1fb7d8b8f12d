"""Why something about agencies, people or systems was not done, in sentences fit to show."""


class NotDone(Exception):
    """Nothing was changed; the message says what stands in the way."""
