-- State 5: settled, and sent once more since the server's database began a new life. It is numbered and sent like what is queued,
-- and shown like what is settled.
CREATE INDEX changes_again ON changes (sequence) WHERE state = 5;
