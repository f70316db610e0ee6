#!/bin/sh
# Makes the two databases of a Temporal server and brings their tables to its version; what is there already stays.
set -eu

explain() {
  where="PostgreSQL at $SQL_HOST:$SQL_PORT"
  case $1 in
    *'password authentication failed'*)
      echo "schema: $where refuses the password of the user '$SQL_USER'. Cure: set TEMPORAL_DB_PASSWORD to the password that its volume was made with, or change that one (docs/deploy.md, 'The password of the database')." ;;
    *'connection refused'* | *'no such host'* | *'i/o timeout'*)
      echo "schema: $where does not answer. Cure: look at its log (docker compose logs postgres), then start again." ;;
    *)
      echo "$1" | tail -n 5
      echo "schema: the tables of '$database' could not be set up; the reason stands above. Cure: make a back-up before you change anything." ;;
  esac
}

sql() {
  said=$(temporal-sql-tool --db "$database" "$@" 2>&1) || { explain "$said" >&2; exit 1; }
}

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  sql create
  sql setup-schema -v 0.0
  sql update-schema --schema-name "postgresql/v12/${pair##*:}"
  echo "schema: $database is ready"
done
