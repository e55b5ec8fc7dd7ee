-- Streams become present, or stay it under another agent; and who asks is told of all who are present in their topics.
-- ARGV, behind those of include/presence.lua: what the agent calls this call, then per entry topic, stream, user, member.
-- The list of each topic is published to the agent, so that it comes over the connection that the topic's events come over, and
-- in order with them: "call, space, clock, space, newest id of the log, space, length of the topic LF topic list".
-- Returns whether Redis knew the agent, and how many connections heard the list that the fewest heard.
--@include include/presence.lua

local function join(topic, stream, user, member)
	local entries, field = entries_of(topic), stream .. ' ' .. user
	local entry = stream .. ' ' .. #topic .. ' ' .. topic .. user
	local owner = redis.call('HGET', entries, field)
	if owner ~= agent then
		if owner == '' then
			redis.call('ZREM', leaving, entry)
		elseif owner then
			redis.call('SREM', set_of(owner), entry)
		end
		redis.call('HSET', entries, field, agent)
	end
	redis.call('SADD', set_of(agent), entry)
	local count = find_member(topic, user)
	redis.call('HSET', members_of(topic), user, math.max(owner and count or count + 1, 1) .. ' ' .. member)
	if count == 0 then
		tell(topic, 'joining', member)
	end
end

local function list(topic)
	local all = redis.call('HVALS', members_of(topic))
	for i = 1, #all do
		all[i] = string.match(all[i], '^%d+ (.*)$')
	end
	local newest = redis.pcall('XREVRANGE', prefix .. 'sse:' .. topic, '+', '-', 'COUNT', 1)[1]
	local head = ARGV[7] .. ' ' .. (redis.call('HGET', KEYS[1], 'id') or '0-0') .. ' ' .. (newest and newest[1] or '0-0')
		.. ' ' .. #topic .. '\n' .. topic
	return redis.call(ARGV[6], set_of(agent), head .. message(topic, 'subscribed', '[' .. table.concat(all, ',') .. ']'))
end

local known = renew_lease()
sweep()
local topics, seen = {}, {}
for i = 8, #ARGV, 4 do
	join(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
	if not seen[ARGV[i]] then
		seen[ARGV[i]] = true
		table.insert(topics, ARGV[i])
	end
end
redis.call('EXPIRE', set_of(agent), safety)
local heard = math.huge
for _, topic in ipairs(topics) do
	keep_for_a_day(topic)
	heard = math.min(heard, list(topic))
end
return { known, heard }
