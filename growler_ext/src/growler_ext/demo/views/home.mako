<%inherit file="layout.mako"/>
<section class="hero">
<div>
<p class="hello">Hello, <bdi>${called or "stranger"}</bdi>.</p>
<h1>A room for your files, and someone at the door.</h1>
<p class="lead">Everybody may read this page. The folder behind it is for members: sign in once, then browse and
download from any phone or desk.</p>
<p><a class="button" href="/files/">Open the file room</a></p>
% if req.user:
<p class="hint">You are signed in as <b>${req.user.id}</b>, by ${req.auth.method}, since
${req.auth.at.strftime("%H:%M")} UTC.</p>
% else:
<p class="hint">Name and password were printed where this site was started.</p>
% endif
</div>
<img src="/assets/logo.svg" alt="" width="240" height="240">
</section>

<section class="card visits">
<h2>You have been here ${"once" if visits == 1 else f"{visits} times"}</h2>
<form method="post" action="/name">
<label for="name">What shall we call you?</label>
<input id="name" name="name" value="${called}" maxlength="40" autocomplete="nickname">
<button class="plain button">Remember</button>
</form>
</section>

<section>
<h2>Who did what for this page</h2>
<ul class="parts">
<li><h3>Static</h3><p>sent the style sheet and the logo. Ask again, and it says that they have not changed.</p></li>
<li><h3>Renderer</h3><p>filled in <code>home.mako</code> and put <code>layout.mako</code> around it.</p></li>
<li><h3>Session</h3><p>counts your visits, and shows a message once: give your name and see.</p></li>
<li><h3>CookieParser</h3><p>${"keeps your name" if called else "would keep your name"} in a signed cookie for a
year. Nobody else can write it.</p></li>
<li><h3>Auth</h3><p>${"knows who you are" if req.user else "does not know you yet"}, and lets only members into
<code>/files</code>.</p></li>
<li><h3>Indexer</h3><p>lists the folder there, for people and <a href="/files/?format=json">as JSON</a>.</p></li>
</ul>
</section>
