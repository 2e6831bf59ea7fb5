-- Every command asks what its person and its channel have asked for within a day.
-- readable by: 10
alter table asked add key by_person (person, asked_at);
alter table asked add key by_channel (channel, asked_at);
