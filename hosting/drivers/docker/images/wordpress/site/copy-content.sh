#!/bin/bash
# copy-content FROM TO: the content FROM of the site at /srv/source becomes the content TO of the
# site at /srv/site, whole or not at all; then the addresses in its database are rewritten.
set -euo pipefail
target="/srv/site/content/$2"
rm -rf "$target" "$target.new"
mkdir "$target.new"
# A file that changes meanwhile (status 1) is copied as it was at one moment or another.
{ tar -C "/srv/source/content/$1" --warning=no-file-changed --exclude=./cache --exclude=./upgrade \
    --exclude=./upgrade-temp-backup -cf - . || [ $? -eq 1 ]; } | tar -C "$target.new" -xf -
mv "$target.new" "$target"
exec php -d display_errors=stderr /usr/local/lib/portal/database.php
