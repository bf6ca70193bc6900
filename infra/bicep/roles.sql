-- The roles of a new server, once, by an Entra administrator of it, in its database postgres:
--
--   psql "host=... dbname=postgres user=... sslmode=verify-full" -v ON_ERROR_STOP=1 \
--     -v database=rebase -v worker=rebase-worker -v worker_id=... -v scaler=rebase-scaler -v scaler_id=... -f roles.sql
--
-- The ids are the outputs workerPrincipalId and scalerPrincipalId. No role here has a password.

SELECT pgaadauth_create_principal_with_oid(:'worker', :'worker_id', 'service', false, false);
SELECT pgaadauth_create_principal_with_oid(:'scaler', :'scaler_id', 'service', false, false);

-- The worker owns the database, as `rebase db migrate` runs by the same identity. The administrator must be a member to give it away.
GRANT :"worker" TO CURRENT_USER;
CREATE DATABASE :"database" OWNER :"worker";

-- Reads the views and nothing else; migrate grants it those. For `rebase results query` make a principal of the analysts, who is in none
-- of these roles, and name it in Rebase:Database:ReaderConnectionString: migrate lets it read the views, and the command uses its token.
CREATE ROLE rebase_reader NOLOGIN;
GRANT rebase_reader TO :"worker";
GRANT rebase_reader TO :"scaler";
