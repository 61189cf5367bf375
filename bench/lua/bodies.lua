-- Sends the bodies of a file in turn, each with the number of its request in the place of every {n}, so that none is
-- sent twice.
-- Arguments: file of bodies, host, first number, further header lines, path.

local bodies, count, number, head = {}, 0, 0, ""

function init(args)
   for body in io.lines(args[1]) do
      count = count + 1
      bodies[count] = body
   end
   number = tonumber(args[3])
   head = "POST " .. args[5] .. " HTTP/1.1\r\nHost: " .. args[2] .. browser .. args[4]
      .. "Content-Type: application/json\r\nContent-Length: "
end

function request()
   local body = bodies[number % count + 1]:gsub("{n}", tostring(number))
   number = number + 1
   return head .. #body .. "\r\n\r\n" .. body
end
