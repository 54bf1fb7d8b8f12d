"""Migration operations that put a table behind the second lock, or say why it is not.

Every table ends its migration with one of the two; the catalogue test fails on one that has none.
In predicates ``{agency}``, ``{membership}`` and ``{kind}`` stand for the verified context, read
once a query.
"""

from typing import Any, Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenancy.roles import WEB, WORKER, store_keys

ASKER: Final = {
    "agency": "(SELECT tenancy_agency())",
    "membership": "(SELECT tenancy_membership())",
    "kind": "(SELECT tenancy_kind())",
}
EXEMPT: Final = "exempt: "


class _TableOperation(Operation):
    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, *, web: str = "", worker: str = "") -> None:
        self.table, self.web, self.worker = table, web, worker

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Rights and policies are no part of Django's models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in self.forwards() + self._grants():
            schema_editor.execute(statement, params=None)  # a % in it is a %

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        for role in (WEB, WORKER):
            schema_editor.execute(f'REVOKE ALL ON "{self.table}" FROM "{role.name}"')
        for statement in self.backwards():
            schema_editor.execute(statement, params=None)

    def forwards(self) -> list[str]:
        raise NotImplementedError

    def backwards(self) -> list[str]:
        raise NotImplementedError

    def _grants(self) -> list[str]:
        rights = ((WEB, self.web), (WORKER, self.worker))
        return [
            f'GRANT {verbs} ON "{self.table}" TO "{role.name}"' for role, verbs in rights if verbs
        ]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table], {"web": self.web, "worker": self.worker}


class Protect(_TableOperation):
    """Force row-level security on a table of tenants.

    The web role sees rows for which ``see`` holds, to somebody: nobody sees none, even where
    ``see`` is ``true``. It adds rows for which ``write`` holds; it locks, changes and removes
    those it sees for which ``write`` holds, and they must do so still afterwards. Where that is
    too narrow, ``change`` says of which rows seen a change may begin. The worker role has the
    verbs it is granted in a system context. The owner gets in with a migration context, or as the
    body of one of its definer functions that another role called.
    """

    def __init__(
        self,
        table: str,
        *,
        see: str,
        write: str = "false",
        change: str = "",
        web: str = "SELECT",
        worker: str = "",
    ) -> None:
        super().__init__(table, web=web, worker=worker)
        self.see, self.write, self.change = see, write, change or write

    def forwards(self) -> list[str]:
        see, write, change = (_to_somebody(part) for part in (self.see, self.write, self.change))
        # An UPDATE or DELETE that reads no column is not asked what it may see, so these ask.
        theirs, doomed = f"({see}) AND ({change})", f"({see}) AND ({write})"
        migration = f"session_user <> current_user OR {ASKER['kind']} = 'migration'"
        system = f"{ASKER['kind']} = 'system'"
        return [
            f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY',
            self._policy("owner", "ALL", "CURRENT_USER", migration, migration),
            self._policy("see", "SELECT", WEB.name, see, None),
            self._policy("add", "INSERT", WEB.name, None, write),
            self._policy("change", "UPDATE", WEB.name, theirs, write),
            self._policy("remove", "DELETE", WEB.name, doomed, None),
            *([self._policy("work", "ALL", WORKER.name, system, system)] if self.worker else []),
        ]

    def _policy(self, name: str, verb: str, role: str, see: str | None, write: str | None) -> str:
        who = role if role == "CURRENT_USER" else f'"{role}"'
        using = f" USING ({see})" if see else ""
        check = f" WITH CHECK ({write})" if write else ""
        policy = f"{self.table}_{name}"
        return f'CREATE POLICY "{policy}" ON "{self.table}" FOR {verb} TO {who}{using}{check}'

    def backwards(self) -> list[str]:
        names = ["owner", "see", "add", "change", "remove", "work"]
        drops = [f'DROP POLICY IF EXISTS "{self.table}_{name}" ON "{self.table}"' for name in names]
        return [
            *drops,
            f'ALTER TABLE "{self.table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY',
        ]

    def describe(self) -> str:
        return f"Force row-level security on {self.table}"


class ProtectAnew(_TableOperation):
    """Put a table behind the second lock in another way than before, which is named for the way
    back."""

    def __init__(self, before: Protect, after: Protect) -> None:
        super().__init__(after.table)
        self.before, self.after = before, after

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        self.before.database_backwards(app_label, schema_editor, *states)
        self.after.database_forwards(app_label, schema_editor, *states)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        self.after.database_backwards(app_label, schema_editor, *states)
        self.before.database_forwards(app_label, schema_editor, *states)

    def describe(self) -> str:
        return f"Force row-level security on {self.table} anew"


class KeepOut(_TableOperation):
    """Keep from the web role the rows of a protected table for which ``unless`` does not hold,
    whatever else lets its asker see, add or change them."""

    def __init__(self, table: str, unless: str) -> None:
        super().__init__(table)
        self.unless = unless

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table, self.unless], {}

    def forwards(self) -> list[str]:
        using = self.unless.format(**ASKER)
        return [
            f'CREATE POLICY "{self.table}_kept_out" ON "{self.table}" AS RESTRICTIVE FOR ALL'
            f' TO "{WEB.name}" USING ({using})'
        ]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        """The rights are those of the table's :class:`Protect`, and stay."""
        schema_editor.execute(f'DROP POLICY "{self.table}_kept_out" ON "{self.table}"')

    def describe(self) -> str:
        return f"Keep whoever is none of its business out of {self.table}"


def _to_somebody(predicate: str) -> str:
    """The predicate's SQL; one that names no asker holds, all the same, only when there is one."""
    filled = predicate.format(**ASKER)
    if filled != predicate or predicate == "false":
        return filled
    return f"{ASKER['kind']} IS NOT NULL AND ({filled})"


class Exempt(_TableOperation):
    """Leave a table without row-level security, for a reason kept in the catalogue."""

    def __init__(self, table: str, *, reason: str, web: str = "", worker: str = "") -> None:
        super().__init__(table, web=web, worker=worker)
        self.reason = reason

    def forwards(self) -> list[str]:
        reason = self.reason.replace("'", "''")
        return [f"COMMENT ON TABLE \"{self.table}\" IS '{EXEMPT}{reason}'"]

    def backwards(self) -> list[str]:
        return [f'COMMENT ON TABLE "{self.table}" IS NULL']

    def describe(self) -> str:
        return f"Exempt {self.table} from row-level security: {self.reason}"


class LetRun(Operation):
    """Let the processes' roles, and not PUBLIC, run a function that writes as its owner."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, function: str, *, web: bool = False, worker: bool = False) -> None:
        self.function, self.web, self.worker = function, web, worker

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Rights are no part of Django's models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {self.function} FROM PUBLIC")
        for role, may in ((WEB, self.web), (WORKER, self.worker)):
            if may:
                schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {self.function} TO "{role.name}"')

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        for role in (WEB, WORKER):
            schema_editor.execute(f'REVOKE ALL ON FUNCTION {self.function} FROM "{role.name}"')

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.function], {"web": self.web, "worker": self.worker}

    def describe(self) -> str:
        return f"Let the processes run {self.function}"


class StoreKeys(Operation):
    """Let the migrations that follow act as the owner: from here on its signature is known."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Keys are no part of Django's models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        store_keys()

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        """The keys go with their table."""

    def describe(self) -> str:
        return "Store the roles' signing keys"
