<%def name="row(tea)">
<tr${attrs({"class": None if tea["left"] else "sold-out", "data-id": tea["id"]})}>
<td>${tea["name"]}</td>
<td>${", ".join(tea["notes"])}</td>
<td>${"%.2f" % tea["price"]}</td>
<td>${"in stock" if tea["left"] else "sold out"}</td>
</tr>
</%def>
