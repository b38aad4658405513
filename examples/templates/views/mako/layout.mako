<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><%block name="heading">${title} &middot; ${shop}</%block></title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<h1>${shop}</h1>
<main>
${next.body()}
</main>
</body>
</html>
