-- What the scripts of presence have in common.
-- KEYS: the clock, and a key that nobody has. ARGV: the prefix, entries that a log keeps, seconds that it lives, an agent or '', ms
-- that its lease lasts (0: it needs none), PUBLISH or, in a cluster, SPUBLISH; what follows is the script's own.
--
-- The key that nobody has: while a cluster's slot is moving Redis runs no script of which it has some keys and not all. These here
-- find their keys as they go; one that had moved already would be missing to them, or would break them off half-way.
--
-- An entry is the presence of one stream in one topic; its name is "stream, space, length of the topic, space, topic, user".
--     sse-members:<topic>   hash    user -> "how many entries, space, what others are told of the user"
--     sse-entries:<topic>   hash    "stream, space, user" -> the agent that keeps it; '' when the stream has ended
--     sse-agents            sorted  agent -> when its lease ends, ms
--     sse-agent:<agent>     set     its entries; the channel of that name brings it lists of members
--     sse-leaving           sorted  entries whose stream has ended -> when they end, ms
-- All times are Redis' own.
--@function publish publish.lua
local prefix, agent, lease = ARGV[1], ARGV[4], tonumber(ARGV[5])
local agents, leaving = prefix .. 'sse-agents', prefix .. 'sse-leaving'
-- What an agent that lives renews at least once an hour is gone a day after the last one died.
local safety = 86400
-- Entries that one call ends, at most: it is to be a short one.
local most = 128

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function members_of(topic)
	return prefix .. 'sse-members:' .. topic
end

local function entries_of(topic)
	return prefix .. 'sse-entries:' .. topic
end

local function set_of(owner)
	return prefix .. 'sse-agent:' .. owner
end

-- The stream, the topic and the user.
local function parts(entry)
	local stream, length, rest = string.match(entry, '^(%S+) (%d+) (.*)$')
	return stream, string.sub(rest, 1, tonumber(length)), string.sub(rest, tonumber(length) + 1)
end

-- How many entries the user has in the topic, and what others are told.
local function find_member(topic, user)
	local record = redis.call('HGET', members_of(topic), user)
	local count, member = string.match(record or '0 ', '^(%d+) (.*)$')
	return tonumber(count), member
end

local function keep_for_a_day(topic)
	redis.call('EXPIRE', members_of(topic), safety)
	redis.call('EXPIRE', entries_of(topic), safety)
end

local function message(topic, event, data)
	return '{"channel":' .. cjson.encode(topic) .. ',"event":"presence:' .. event .. '","data":' .. data .. '}'
end

local function tell(topic, event, member)
	-- A topic whose log cannot be written to must not keep the others from being told.
	pcall(publish, { prefix .. 'sse:' .. topic, KEYS[1] }, { 'broadcast', message(topic, event, member), ARGV[2], ARGV[3], ARGV[6] })
end

-- Ends an entry, if it is still that owner's.
local function forget(entry, owner)
	local stream, topic, user = parts(entry)
	local entries, field = entries_of(topic), stream .. ' ' .. user
	if redis.call('HGET', entries, field) ~= owner then
		return
	end
	redis.call('HDEL', entries, field)
	local count, member = find_member(topic, user)
	if count > 1 then
		redis.call('HSET', members_of(topic), user, (count - 1) .. ' ' .. member)
	elseif count == 1 then
		redis.call('HDEL', members_of(topic), user)
		tell(topic, 'leaving', member)
	end
end

-- Ends the entries whose time is up, and those of agents that are dead; true when some are left for another call.
local function sweep()
	local left = most
	for _, entry in ipairs(redis.call('ZRANGEBYSCORE', leaving, '-inf', now, 'LIMIT', 0, left)) do
		redis.call('ZREM', leaving, entry)
		forget(entry, '')
		left = left - 1
	end
	for _, dead in ipairs(redis.call('ZRANGEBYSCORE', agents, '-inf', now, 'LIMIT', 0, left)) do
		for _, entry in ipairs(redis.call('SPOP', set_of(dead), left)) do
			forget(entry, dead)
			left = left - 1
		end
		if redis.call('EXISTS', set_of(dead)) == 0 then
			redis.call('ZREM', agents, dead)
		end
		if left <= 0 then
			break
		end
	end
	return left <= 0
end

-- Renews the agent's lease, or ends it when there is nothing that it is for; 1 when Redis knew the agent, 0 when it did not.
local function renew_lease()
	local known = redis.call('ZSCORE', agents, agent) and 1 or 0
	if lease > 0 then
		redis.call('ZADD', agents, now + lease, agent)
		redis.call('EXPIRE', agents, safety)
		redis.call('EXPIRE', set_of(agent), safety)
	elseif redis.call('EXISTS', set_of(agent)) == 0 then
		redis.call('ZREM', agents, agent)
	end
	return known
end
