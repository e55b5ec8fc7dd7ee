-- Who is present in a topic, after what has come to its end was ended: it may be that no agent lives that did.
-- ARGV, behind those of include/presence.lua: the topic. Returns user, member, user, …
--@include include/presence.lua
sweep()
local all = redis.call('HGETALL', members_of(ARGV[7]))
for i = 2, #all, 2 do
	all[i] = string.match(all[i], '^%d+ (.*)$')
end
return all
