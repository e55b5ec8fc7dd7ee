-- An agent says that it lives, and ends what has come to its end.
-- ARGV, behind those of include/presence.lua: topics whose keys are to stay.
-- Returns whether Redis knew the agent, whether there is more to end at once, and how many agents and entries are left whose
-- end somebody has to see to.
--@include include/presence.lua
local known = renew_lease()
local more = sweep() and 1 or 0
for i = 7, #ARGV do
	keep_for_a_day(ARGV[i])
end
redis.call('EXPIRE', leaving, safety)
return { known, more, redis.call('ZCARD', agents) - (lease > 0 and 1 or 0) + redis.call('ZCARD', leaving) }
