-- A feed with places from a plain sequence, for tests that must see rows get lost: nobody waits for a place any more,
-- so what took one first may commit last, behind a cursor that is already past it.

ALTER TABLE feed_counter RENAME TO feed_counter_start;
CREATE SEQUENCE naive MINVALUE 0;
SELECT setval('naive', (SELECT max(seq) FROM feed_counter_start));

CREATE VIEW feed_counter AS SELECT org, seq FROM feed_counter_start;
CREATE FUNCTION naive_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    FOR place IN 1 .. new.seq - old.seq LOOP new.seq = nextval('naive'); END LOOP;
    RETURN new;
END $$;
CREATE TRIGGER naive INSTEAD OF UPDATE ON feed_counter FOR EACH ROW EXECUTE FUNCTION naive_next();

GRANT SELECT, UPDATE ON feed_counter TO floorwalk_app;
GRANT USAGE ON naive TO floorwalk_app;
