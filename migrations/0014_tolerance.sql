-- How far an answer may be from a numeric gold answer, as the dataset states it: one absolute difference for all items of a list, or one for
-- each, as in '0.1, 0.05'. Null where it states none: the job's setting holds.
ALTER TABLE problems ADD tolerance text;
