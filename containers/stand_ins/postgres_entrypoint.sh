#!/bin/bash
# The first start makes the database, runs the scripts for it, and stops; every start then serves.
set -euo pipefail

first_start() {
    POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
    # shellcheck disable=SC2086 -- options, as in the official image
    initdb --username=postgres --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
    export PGPASSWORD=$POSTGRES_PASSWORD
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${@:2}") -c listen_addresses=''" -w start
    for script in /docker-entrypoint-initdb.d/*.sh; do
        "$script"
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
}

if [ "$1" = postgres ]; then
    [ -s "$PGDATA/PG_VERSION" ] || first_start "$@"
    set -- "$@" -c 'listen_addresses=*'
fi
exec "$@"
