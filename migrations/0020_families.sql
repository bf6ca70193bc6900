-- The kind of problem that the dataset itself names, such as a topic; null where it does not say. Reports group by it, no search reads it.
ALTER TABLE problems ADD family text;
