<%inherit file="layout.mako"/>
<%namespace file="row.mako" import="row"/>
<table>
<thead><tr><th>${title}</th><th>Notes</th><th>Price</th><th></th></tr></thead>
<tbody>
<%block name="rows">
% for tea in teas:
${row(tea)}
% endfor
</%block>
</tbody>
</table>
% if not teas:
<p>Nothing is left.</p>
% endif
<p><a href="/">Compare the templates</a></p>
