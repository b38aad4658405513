"use strict";
(() => {
  const get = id => document.getElementById(id);
  const list = get("list"), form = document.querySelector("form"), status = get("status"), nothing = get("nothing");
  const later = window.requestIdleCallback || (work => setTimeout(() => work({ timeRemaining: () => 8 }), 0));

  // Dates in the reader's own time, a few milliseconds at a time.
  const times = list.querySelectorAll("time");
  const two = number => String(number).padStart(2, "0");
  let next = 0;
  const localize = deadline => {
    for (; next < times.length; next++) {
      if (next % 100 === 0 && deadline.timeRemaining() < 1) return void later(localize);
      const time = times[next], date = new Date(time.dateTime);
      if (isNaN(date)) continue;
      time.textContent = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
        `${two(date.getHours())}:${two(date.getMinutes())}`;
    }
    get("zone").textContent = Intl.DateTimeFormat().resolvedOptions().timeZone || "your time zone";
  };
  if (new Date().getTimezoneOffset() || Intl.DateTimeFormat().resolvedOptions().timeZone !== "UTC") later(localize);

  // Arrow keys go from row to row.
  const links = () => [...list.tBodies[0].querySelectorAll("a")].filter(link => !link.closest("[hidden]"));
  const step = by => {
    const all = links(), at = all.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : -1) : at + by;
    if (to < 0 && form) get("q").focus();
    else if (all[to]) all[to].focus();
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && form && !typing) {
      event.preventDefault();
      get("q").focus();
      get("q").select();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") &&
               (list.contains(event.target) || event.target.id === "q" && event.key === "ArrowDown")) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  if (!form) return;

  // The filter, as somebody types. It agrees with what the server does with ?q=.
  const field = get("q"), whole = form.dataset.whole === "true", asked = field.defaultValue;
  const fold = text => text.normalize().toLowerCase();
  let rows = null, noting = 0;
  const finder = text => {
    if (!/[*?]/.test(text)) return name => name.includes(text);
    const [first, ...rest] = text.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\?/g, ".").split(/\*+/);
    // What stands between two stars is found once, where it is first; to try all other places could take for ever.
    const last = rest.pop(), middle = rest.map((part, at) => `(?=(.*?${part}))\\${at + 1}`).join("");
    const pattern = new RegExp(`^${first}${middle}${last === undefined ? "" : `.*${last}`}$`, "su");
    return name => pattern.test(name);
  };
  const filter = () => {
    rows ||= [...list.tBodies[0].rows].filter(row => !row.querySelector(".up"))
      .map(row => [row, fold(row.querySelector("bdi").textContent), false]);
    const text = field.value.trim(), finds = finder(fold(text));
    let count = 0;
    for (const row of rows) {
      const hide = text !== "" && !finds(row[1]);
      if (hide !== row[2]) row[0].toggleAttribute("hidden", row[2] = hide);
      count += !hide;
    }
    nothing.toggleAttribute("hidden", count > 0);
    if (text) nothing.querySelector("b")?.replaceChildren(text);
    const shown = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    if (text === asked) status.textContent = "";
    else if (whole) status.textContent = `${shown} shown`;
    else status.textContent = `${shown} on this page; Enter searches the whole folder`;
    // For those who come back, or reload; not at each key, which browsers do not allow.
    clearTimeout(noting);
    noting = setTimeout(() => {
      const here = new URL(location);
      if (text) here.searchParams.set("q", text);
      else here.searchParams.delete("q");
      if (here.href !== location.href) history.replaceState(null, "", here);
    }, 300);
  };
  form.classList.add("live");
  let waiting = 0;
  field.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  });
  field.addEventListener("keydown", event => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (field.value === "") return void field.blur();
    field.value = "";
    if (asked) form.requestSubmit();
    else filter();
  });
  form.addEventListener("submit", event => {
    const text = field.value.trim();
    if (text) return;
    event.preventDefault();
    const here = new URL(location);
    for (const name of ["q", "page"]) here.searchParams.delete(name);
    if (here.href !== location.href || asked) location.assign(here);
  });
  // What was typed goes along when the list is sorted.
  list.tHead.addEventListener("click", event => {
    const link = event.target.closest("a"), text = field.value.trim();
    if (!link) return;
    const target = new URL(link.href);
    if (text) target.searchParams.set("q", text);
    else target.searchParams.delete("q");
    link.href = target;
  });
  // A browser that comes back to this page has kept what was typed.
  if (field.value.trim() !== asked) filter();
  addEventListener("pageshow", () => { if (field.value.trim() !== asked) filter(); });
})();
