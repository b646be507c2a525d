#!/bin/bash
# Makes the data directory once, aside and then renamed, so that a killed first start is begun
# anew. Nobody enters without a password: the accounts that trust a process's user id are dropped,
# because processes of sites see the same socket. The administrator's password never leaves here.
set -eu
home=/var/lib/mysql
if [ ! -d "$home/data" ]; then
  rm -rf "$home/new" "$home/admin.cnf"
  mariadb-install-db --no-defaults --datadir="$home/new" --skip-test-db >/dev/null
  password=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  (
    umask 077
    printf '[client]\nuser=spotex\npassword=%s\nsocket=/run/mysqld/mysqld.sock\n' "$password" >"$home/admin.cnf"
  )
  mariadbd --no-defaults --bootstrap --datadir="$home/new" 2>/dev/null <<SQL
FLUSH PRIVILEGES;
CREATE USER 'spotex'@'localhost' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON *.* TO 'spotex'@'localhost' WITH GRANT OPTION;
DROP USER IF EXISTS 'root'@'localhost', 'mysql'@'localhost', ''@'localhost';
SQL
  mv "$home/new" "$home/data"
fi
exec mariadbd --no-defaults --datadir="$home/data" --socket=/run/mysqld/mysqld.sock \
  --pid-file=/tmp/mariadbd.pid --tmpdir=/tmp --skip-networking --skip-log-bin \
  --character-set-server=utf8mb4 --local-infile=0 --max-connections=400 "$@"
