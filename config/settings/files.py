"""Files. Held in memory from end to end, so that none lies on a disk in the clear.

How much a request may bring is for ``portal/bodies.py`` and ``api/middleware.py`` to say. Without a
scanner files are kept unchecked, and are said to be.
"""

from config import env

CLAMAV = env.read("CLAMAV", "")  # host:port of clamd
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024
