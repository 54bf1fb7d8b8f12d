"""What a member is owed to be told, on the screen."""
