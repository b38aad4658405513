<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><%block name="title">${req.app.name}</%block></title>
<link rel="icon" type="image/svg+xml" href="/assets/logo.svg">
<link rel="stylesheet" href="/assets/site.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<a class="brand" href="/"><img src="/assets/logo.svg" alt="" width="40" height="40">${req.app.name}</a>
<nav aria-label="Site">
<a href="/files/">Files</a>
% if req.user:
<form method="post" action="/auth/logout"><button>Sign out</button></form>
% else:
<a href="/login?next=/files/">Sign in</a>
% endif
</nav>
</header>
<main id="main">
## A message is shown once: flashes() takes it out of the session.
% for flash in req.session.flashes():
<p class="flash" role="status">${flash.message}</p>
% endfor
${next.body()}
</main>
<footer>
<p>A demo of the Growler extensions. It needs no script, and nothing in it comes from elsewhere.</p>
</footer>
</body>
</html>
