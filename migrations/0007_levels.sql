-- How hard the dataset itself calls a problem, such as MATH's 1 to 5; null where it does not say. Reports group by it, no search reads it.
ALTER TABLE problems ADD level smallint;
