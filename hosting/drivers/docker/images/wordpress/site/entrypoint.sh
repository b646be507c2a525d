#!/bin/bash
# Serves the site until one of its two processes ends: then the container ends, and the engine's
# restart policy begins anew. A socket left by a killed predecessor would keep nginx from starting.
set -u
rm -f /run/http/http.sock /run/http/health.sock
content=$(php -r 'echo json_decode(file_get_contents("/srv/site/config/site.json"), true)["content"];')
if [ -z "$content" ] || [ ! -d "/srv/site/content/$content" ]; then
  echo "site.json names no content that is there" >&2
  exit 1
fi
ln -sfn "/srv/site/content/$content" /run/wp-content

php-fpm8.4 --nodaemonize --fpm-config /etc/portal/php-fpm.conf &
nginx -c /etc/portal/nginx.conf &

asked=
trap 'asked=yes; kill -QUIT $(jobs -p) 2>/dev/null' TERM INT
wait -n
ended=$?
if [ -n "$asked" ]; then
  wait
  ended=0
fi
kill $(jobs -p) 2>/dev/null
rm -f /run/http/http.sock /run/http/health.sock
exit "$ended"
