-- What the log comes to by the day: kept when its entries are gone. Texts are empty where an entry says nothing.

CREATE TABLE event_counts (
    day BIGINT NOT NULL,
    what TEXT NOT NULL,
    connection TEXT NOT NULL,
    sender TEXT NOT NULL,
    country TEXT NOT NULL,
    counted BIGINT NOT NULL,
    PRIMARY KEY (day, what, connection, sender, country)
);

-- Who was counted as active on the days that are being counted.
CREATE TABLE event_day_users (
    day BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (day, user_id)
);
