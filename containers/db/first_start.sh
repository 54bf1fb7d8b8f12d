#!/bin/sh
# Once, when the database is made: the owner, who may make the roles of the web and the worker and
# nothing more. The superuser is not used after this.
set -eu
owner_password=$(cat /run/secrets/owner-password)
psql --username postgres --dbname postgres --set ON_ERROR_STOP=1 --quiet <<END
SET log_statement = 'none';
SET password_encryption = 'scram-sha-256';
CREATE ROLE pierhead_owner LOGIN CREATEROLE CREATEDB PASSWORD '$owner_password';
CREATE DATABASE pierhead OWNER pierhead_owner;
END
