-- Reads what a follower has not seen yet, and tells whether anything before that is missing.
-- KEYS: the clock, then the log of each topic.
-- ARGV: bytes to return (about), seconds that a log outlives its newest entry (0: the follower was here all the
-- time), then per topic the id to continue from, or '' for "from now".
-- Returns the clock's id, then per topic: reason of a gap or '', the id to continue from, 1 when there is more, and the
-- entries as id, event name, data, id, …; none of any topic is newer than one that is still to come.
local function parts(id)
	local ms, seq = string.match(id, '^(%d+)-(%d+)$')
	return tonumber(ms), tonumber(seq)
end

local function less(a, b)
	local a_ms, a_seq = parts(a)
	local b_ms, b_seq = parts(b)
	return a_ms < b_ms or (a_ms == b_ms and a_seq < b_seq)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local clock = redis.call('HGET', KEYS[1], 'id')
local since = redis.call('HGET', KEYS[1], 'since')
if not clock then
	clock = string.format('%.0f-0', now)
	since = clock
	-- A replica, or a Redis without memory, cannot note it; then the next one who can does.
	redis.pcall('HSET', KEYS[1], 'id', clock, 'since', since)
end
since = since or clock

-- Logs that Redis evicts, when it has too little memory and may, leave no trace. Returns the newest id that had been given out
-- when it was last seen that keys were evicted: nobody knows what is missing before it. A user who may not use INFO cannot tell.
local evicted
local function evicted_until()
	if not evicted then
		local info = redis.pcall('INFO', 'stats')
		local count = type(info) == 'string' and string.match(info, 'evicted_keys:(%d+)') or '0'
		local known = redis.call('HMGET', KEYS[1], 'evicted', 'evicted-until')
		evicted = known[2] or '0-0'
		-- It is less than it was after a restart.
		if count ~= (known[1] or '0') then
			evicted = count ~= '0' and clock or evicted
			redis.pcall('HSET', KEYS[1], 'evicted', count, 'evicted-until', evicted)
		end
	end
	return evicted
end

local function log_state(key)
	local state = {}
	local info = redis.call('XINFO', 'STREAM', key)
	for i = 1, #info, 2 do
		state[info[i]] = info[i + 1]
	end
	return state
end

-- Why events after from may be missing from the log, or ''.
local function gap(key, from, log, seconds)
	if log and not less(from, log['last-generated-id']) then
		return ''
	end
	if log and #redis.call('XREVRANGE', key, from, '-', 'COUNT', 1) > 0 then
		return ''
	end
	-- Redis 7 counts what was ever added; before, a log that begins after from has to be taken for a trimmed one.
	local added = log and log['entries-added']
	if from == '0-0' then
		return added and added > log['length'] and 'trimmed' or ''
	end
	if less(from, since) then
		return 'reset'
	end
	if log and added ~= log['length'] then
		return 'trimmed'
	end
	if seconds > 0 and parts(from) < now - seconds * 1000 then
		return 'expired'
	end
	return less(from, evicted_until()) and 'evicted' or ''
end

local bytes = 0

-- Reads on: more at a time when there is more, as the first entries say how large they are.
local function read(topic)
	local batch = redis.call('XRANGE', topic.key, '(' .. topic.last, '+', 'COUNT', topic.step)
	for _, entry in ipairs(batch) do
		local event, data = '', ''
		local fields = entry[2]
		for i = 1, #fields, 2 do
			if fields[i] == 'event' then
				event = fields[i + 1]
			elseif fields[i] == 'data' then
				data = fields[i + 1]
			end
		end
		topic.last = entry[1]
		table.insert(topic.entries, topic.last)
		table.insert(topic.entries, event)
		table.insert(topic.entries, data)
		bytes = bytes + #data + 64
	end
	topic.reads = #batch == topic.step
	topic.step = math.min(2 * topic.step, 16)
	topic.ms, topic.seq = parts(topic.last)
end

-- The topic that has been read least far, of those that go on: what lies beyond has to wait, as that one may have smaller ids.
local function hindmost(topics)
	local found
	for _, topic in ipairs(topics) do
		if topic.reads and (not found or topic.ms < found.ms or (topic.ms == found.ms and topic.seq < found.seq)) then
			found = topic
		end
	end
	return found
end

local topics = {}
for i = 2, #KEYS do
	local key, from = KEYS[i], ARGV[i + 1]
	local log = redis.call('EXISTS', key) == 1 and log_state(key)
	local last = log and log['last-generated-id']
	local reason, reads = '', false
	if from == '' then
		from = last or clock
	elseif less(clock, from) and not (last and not less(last, from)) then
		-- The client knows ids that this Redis has not given out yet: it was restored, or emptied while its clock was set back.
		reason = 'reset'
		from = last or clock
	else
		reason = gap(key, from, log, tonumber(ARGV[2]))
		reads = log and less(from, last)
	end
	table.insert(topics, { key = key, from = from, last = from, reason = reason, reads = reads, step = 1, entries = {} })
end

-- An entry of each, and then as many as may be, so that an answer does not grow with the number of topics.
for _, topic in ipairs(topics) do
	if topic.reads then
		read(topic)
	end
end
local limit = bytes + tonumber(ARGV[1])
local last = hindmost(topics)
while last and bytes < limit do
	read(last)
	last = hindmost(topics)
end

local result = { clock }
for _, topic in ipairs(topics) do
	local entries, more = topic.entries, topic.reads and 1 or 0
	while last and #entries > 0 and less(last.last, entries[#entries - 2]) do
		entries[#entries], entries[#entries - 1], entries[#entries - 2] = nil, nil, nil
		more = 1
	end
	table.insert(result, { topic.reason, topic.from, more, entries })
end
return result
