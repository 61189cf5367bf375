-- What both ways of asking have in common: who asks, and what came of it as one line of JSON.
-- There is no function `response`: it would cost the generator more than the requests. wrk itself counts the statuses
-- from 400 on.

-- A browser, because robots are counted apart.
browser = "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
   .. "\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '\nRESULT {"requests":%d,"duration_us":%d,"broken":%d,"refused":%d,"p50_us":%d,"p99_us":%d,"max_us":%d}\n',
      summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.timeout,
      errors.status, latency:percentile(50), latency:percentile(99), latency.max))
end
