"""Pages by cursor: their cost does not grow with what lies before them."""

from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.response import Response


class CursorPages(CursorPagination):
    """25 a page unless asked, 100 at the most; ``next`` and ``previous`` are whole URLs."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        """``next``, ``previous`` and ``results``; never a count."""
        return Response(
            {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )
