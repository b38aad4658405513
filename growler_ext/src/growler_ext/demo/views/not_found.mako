<%inherit file="layout.mako"/>
<%block name="title">Not found &middot; ${req.app.name}</%block>
<section class="card narrow">
<h1>There is nothing here</h1>
<p>Nobody has put anything at this address, or it has gone.</p>
<p><a class="button" href="/">To the front door</a></p>
</section>
