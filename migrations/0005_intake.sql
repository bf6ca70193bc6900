-- The id of the message that brought the job: a message that is delivered again is the same job. Null for jobs that none brought.
ALTER TABLE jobs ADD message_id text UNIQUE CHECK (length(message_id) BETWEEN 1 AND 128);
