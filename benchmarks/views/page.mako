<!DOCTYPE html>
<html>
<head><title>${title}</title></head>
<body>
<table>
% for row in rows:
<tr><td>${row["number"]}</td><td>${row["name"]}</td><td>${row["price"]}</td></tr>
% endfor
</table>
</body>
</html>
