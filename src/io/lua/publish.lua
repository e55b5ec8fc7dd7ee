-- Appends an event to a topic's log and signals it, in one step.
-- KEYS: the log (its name is also the channel), the clock. ARGV: event name or '', data, entries to keep, seconds to
-- live, and in a cluster SPUBLISH.
-- Returns the id.
--
-- Ids come from one clock for all topics of this database, not from each log: a client that follows several topics has one
-- Last-Event-ID, and every entry of any topic with a greater id is one that it has not seen.
local time = redis.call('TIME')
local ms = time[1] * 1000 + math.floor(time[2] / 1000)
local seq = 0
local clock = redis.call('HGET', KEYS[2], 'id')
if clock then
	local clock_ms, clock_seq = string.match(clock, '^(%d+)-(%d+)$')
	if tonumber(clock_ms) >= ms then
		ms, seq = tonumber(clock_ms), tonumber(clock_seq) + 1
	end
end
local id = string.format('%.0f-%.0f', ms, seq)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local previous = newest and newest[1] or '0-0'
-- A log that somebody else wrote to may already be ahead of the clock; then the log's own next id is as good.
local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', ARGV[3], id, 'event', ARGV[1], 'data', ARGV[2])
if type(added) == 'table' then
	if not string.find(added.err, 'equal or smaller', 1, true) then
		return added
	end
	id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], '*', 'event', ARGV[1], 'data', ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
if clock then
	redis.call('HSET', KEYS[2], 'id', id)
else
	redis.call('HSET', KEYS[2], 'id', id, 'since', id)
end
redis.call(ARGV[5] or 'PUBLISH', KEYS[1], id .. ' ' .. previous .. '\n' .. ARGV[1] .. '\n' .. ARGV[2])
return id
