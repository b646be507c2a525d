#!/bin/sh
# Makes the cluster once, then becomes the server.
set -eu
: "${POSTGRES_PASSWORD:?is missing}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    secret=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" > "$secret"
    initdb --username=spotex --pwfile="$secret" --auth=scram-sha-256 --encoding=UTF8 \
        --locale-provider=builtin --locale=C.UTF-8 --data-checksums > /dev/null
    rm -f "$secret"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    echo "CREATE DATABASE spotex" |
        postgres --single -D "$PGDATA" postgres > /dev/null
fi
# Thousands of tables, one set an agency: a dump of all of them locks each.
exec postgres -c listen_addresses='*' -c max_locks_per_transaction=512 \
    -c shared_buffers="${POSTGRES_SHARED_BUFFERS:-256MB}" -c max_connections=100
