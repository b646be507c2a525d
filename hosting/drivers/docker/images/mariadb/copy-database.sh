#!/bin/bash
# copy-database FROM TO: TO becomes a consistent copy of FROM. It is loaded by an account that sees
# nothing else, because what a site wrote into its database must never run as the administrator.
set -euo pipefail
admin=--defaults-file=/var/lib/mysql/admin.cnf
secret() { od -An "-N$1" -tx1 /dev/urandom | tr -d ' \n'; }
loader="load_$(secret 8)"
password=$(secret 32)
login=$(mktemp)
trap 'rm -f "$login"; mariadb "$admin" --execute "DROP USER IF EXISTS '"'$loader'@'localhost'"'"' EXIT
printf '[client]\nuser=%s\npassword=%s\nsocket=/run/mysqld/mysqld.sock\n' "$loader" "$password" >"$login"
mariadb "$admin" --execute "
  DROP DATABASE IF EXISTS \`$2\`; CREATE DATABASE \`$2\` CHARACTER SET utf8mb4;
  CREATE USER '$loader'@'localhost' IDENTIFIED BY '$password';
  GRANT ALL PRIVILEGES ON \`${2//_/\\_}\`.* TO '$loader'@'localhost';"
mariadb-dump "$admin" --single-transaction --skip-triggers --skip-comments "$1" |
  mariadb --defaults-file="$login" "$2"
