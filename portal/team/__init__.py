"""What a team has to look after besides its cases, on one page, and the pages that had no home."""
