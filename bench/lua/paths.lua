-- Asks for the paths of a file in turn. What stands behind a tab is a header line of that request.
-- Arguments: file of paths, host, first path (from 0), further header lines.

-- Few requests are made beforehand; many would take more memory than LuaJIT has.
local few = 100000
local lines, count, position, tail = {}, 0, 0, ""

local function whole(line)
   local tab = line:find("\t", 1, true)
   if not tab then return "GET " .. line .. tail end
   return "GET " .. line:sub(1, tab - 1) .. tail:sub(1, -3) .. line:sub(tab + 1) .. "\r\n\r\n"
end

function init(args)
   for line in io.lines(args[1]) do
      count = count + 1
      lines[count] = line
   end
   position = tonumber(args[3]) % count
   tail = " HTTP/1.1\r\nHost: " .. args[2] .. browser .. (args[4] or "") .. "\r\n"
   if count > few then return end
   for i = 1, count do
      lines[i] = whole(lines[i])
   end
end

function request()
   position = position % count + 1
   if count > few then return whole(lines[position]) end
   return lines[position]
end
