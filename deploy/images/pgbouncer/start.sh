#!/bin/sh
# Writes the configuration from the environment, then becomes the pooler.
set -eu
: "${POSTGRES_PASSWORD:?is missing}"
umask 077
directory=$(mktemp -d)
printf '"spotex" "%s"\n' "$POSTGRES_PASSWORD" > "$directory/users"
cat > "$directory/pgbouncer.ini" <<END
[databases]
spotex = host=${POSTGRES_HOST:-postgres} port=5432 dbname=spotex
[pgbouncer]
listen_addr = *
listen_port = 6432
auth_type = scram-sha-256
auth_file = $directory/users
pool_mode = transaction
default_pool_size = ${PGBOUNCER_POOL_SIZE:-20}
max_client_conn = 500
server_lifetime = 900
ignore_startup_parameters = extra_float_digits
END
exec /usr/sbin/pgbouncer "$directory/pgbouncer.ini"
