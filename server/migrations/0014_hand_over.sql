-- The tenure that a tenure follows, when an agent was given another leader: who led before has a seat in the new one for a while.
-- Null when nobody was led before, or the earlier tenure ended by itself. Not a foreign key: rows come back from a backup in any order.
ALTER TABLE tenure ADD COLUMN follows uuid;
