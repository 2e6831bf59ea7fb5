-- Runs that were put down: when each is due by itself, and the run that it is behind (due when that one neither runs nor is put
-- down). One that waits for a person has neither.
-- readable by: 10
alter table run add column wake_at datetime(3) null;
alter table run add column behind char(36) character set ascii collate ascii_bin null;
alter table run add key by_due (state, wake_at);
