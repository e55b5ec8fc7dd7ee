-- Streams have ended: they count as present for a while, in which they may come back.
-- ARGV, behind those of include/presence.lua: per entry its name, and ms for which it still counts. Returns whether Redis knew the
-- agent.
--@include include/presence.lua
for i = 7, #ARGV, 2 do
	local stream, topic, user = parts(ARGV[i])
	local field = stream .. ' ' .. user
	if redis.call('HGET', entries_of(topic), field) == agent then
		redis.call('HSET', entries_of(topic), field, '')
		redis.call('SREM', set_of(agent), ARGV[i])
		redis.call('ZADD', leaving, now + tonumber(ARGV[i + 1]), ARGV[i])
		redis.call('EXPIRE', leaving, safety)
		keep_for_a_day(topic)
	end
end
return renew_lease()
