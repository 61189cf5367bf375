-- Asks for the paths of a file in turn, and writes what came of it as one line of JSON.
-- Arguments: file of paths, host, first path (from 0), further header lines.
-- There is no function `response`: it would cost the generator more than the requests. wrk itself counts the statuses
-- from 400 on.

-- Few requests are made beforehand; many would take more memory than LuaJIT has.
local few = 100000
local paths, count, position, head, tail = {}, 0, 0, "GET ", ""

function init(args)
   for path in io.lines(args[1]) do
      count = count + 1
      paths[count] = path
   end
   position = tonumber(args[3]) % count
   -- A browser, because robots are counted apart.
   tail = " HTTP/1.1\r\nHost: " .. args[2]
      .. "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
      .. "\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
      .. "\r\n" .. (args[4] or "") .. "\r\n"
   if count > few then return end
   for i = 1, count do
      paths[i] = head .. paths[i] .. tail
   end
end

function request()
   position = position % count + 1
   if count > few then return head .. paths[position] .. tail end
   return paths[position]
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '\nRESULT {"requests":%d,"duration_us":%d,"broken":%d,"refused":%d,"p50_us":%d,"p99_us":%d,"max_us":%d}\n',
      summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.timeout,
      errors.status, latency:percentile(50), latency:percentile(99), latency.max))
end
