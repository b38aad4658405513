<%inherit file="layout.mako"/>
<%block name="title">Sign in &middot; ${req.app.name}</%block>
<section class="card narrow">
<h1>Sign in</h1>
<p class="hint">Name and password were printed where this site was started.</p>
## `n`: this is HTML already. Everything else is escaped without being asked for.
${auth.login_form(req)}
</section>
