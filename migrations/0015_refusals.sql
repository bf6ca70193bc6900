-- Statements that are sent together save a round trip each, but their sender can't look at one's result before it sends the next. So a
-- statement itself ends the transaction when a condition does not hold.
CREATE FUNCTION refuse(code text, why text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = why;
END $$;
