"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const facts = JSON.parse(byId("facts").textContent);
  const elements = new Map(facts.elements.map((element) => [element.id, element]));
  const findings = new Map(facts.findings.map((finding) => [finding.number, finding]));
  const rows = new Map([...document.querySelectorAll("li.finding")].map((row) => [Number(row.dataset.number), row]));
  const links = [...document.querySelectorAll("nav a")];
  const sections = document.querySelectorAll("section.view");
  const views = facts.views.map((view, at) => ({ ...view, at, section: sections[at] }));
  const main = byId("main");
  const details = byId("details");
  const list = byId("findings");
  let now = {};
  let shown;

  // Makes an element; a child that is a string stays text.
  const make = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value !== undefined && value !== false) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child));
    return made;
  };
  const button = (name, click, ...children) => make("button", { type: "button", class: name, click }, ...children);
  // What stands between backticks is code.
  const coded = (text) => {
    const parts = text.split("`");
    if (parts.length % 2 === 0) {
      const last = parts.pop();
      parts.push(parts.pop() + "`" + last);
    }
    return parts.map((part, at) => (at % 2 ? make("code", {}, part) : part));
  };
  const say = (text) => { byId("said").textContent = text; };
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  // The address: #view=components&element=component:gate&finding=3

  const address = (state) => "#" + ["view", "element", "finding"]
    .filter((name) => state[name] !== undefined)
    .map((name) => `${name}=${encodeURIComponent(state[name]).replace(/%3A/g, ":").replace(/%2F/g, "/")}`)
    .join("&");

  const go = (state) => {
    location.hash = address(state);
    show();
  };

  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const state = {};
    if (elements.has(asked.get("element"))) state.element = asked.get("element");
    if (findings.has(Number(asked.get("finding")))) state.finding = Number(asked.get("finding"));
    // Without this script the links lead to `#view-NAME`.
    const wanted = asked.get("view") ?? decodeURIComponent(location.hash).replace("#view-", "");
    const view = views.find((view) => view.name === wanted);
    state.view = (view || suited(state) || now.at || views[0] || {}).name;
    return state;
  };

  // The picture that shows best what is asked for.
  const suited = ({ element, finding }) => {
    if (element !== undefined) return views[elements.get(element).views[0]];
    if (finding === undefined) return undefined;
    const hits = findings.get(finding).hits.map((hit) => views[hit.view]);
    return hits.find((view) => view.part === "Findings") || hits.find((view) => view === now.at)
      || hits.find((view) => view.name === "components") || hits[0];
  };

  const goElement = (id, view) => go({ view: view && view.drawn.has(id) ? view.name : suited({ element: id }).name, element: id });
  const goFinding = (number) => go({ view: (suited({ finding: number }) || now.at || {}).name, finding: number });
  const foundOn = (id) => facts.findings.filter((finding) => finding.hits.some((hit) => hit.id === id));

  const show = () => {
    const before = now.at;
    const state = read();
    shown = location.hash;
    // Remembers where the reader came in: there is nothing to go back to.
    if (history.state === null) history.replaceState({ first: before === undefined }, "");
    now = { ...state, at: views.find((view) => view.name === state.view) };
    for (const view of views) view.section.hidden = view !== now.at;
    for (const link of links) {
      if (link.dataset.view === now.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (now.at) {
      if (before !== now.at) links.find((link) => link.dataset.view === now.view)?.scrollIntoView({ block: "nearest", inline: "nearest" });
      document.querySelector(".zoom").hidden = !now.at.svg;
      if (!now.at.camera || now.at.camera.auto) settle(now.at);
      light(now.at);
    }
    tell();
  };

  const meets = (arrow, id) => arrow.ends.some((pair) => pair.includes(id));

  // Which elements shine: those asked for, then those that belong to them.
  const chosen = (view) => {
    if (now.finding !== undefined) {
      const { hits } = findings.get(now.finding);
      const here = hits.filter((hit) => hit.view === view.at);
      const all = here.length ? here : hits;
      const first = all.filter((hit) => hit.primary);
      const ids = (hits) => hits.map((hit) => hit.id);
      return { hit: ids(first.length ? first : all), near: ids(all).flatMap((id) => [id, ...(elements.get(id)?.ends || []).flat()]) };
    }
    if (now.element === undefined) return { hit: [], near: [] };
    const near = facts.elements.filter((it) => it.id === now.element || meets(it, now.element));
    return { hit: [now.element], near: near.flatMap((it) => [it.id, ...it.ends.flat()]) };
  };

  const light = (view) => {
    for (const shape of view.section.querySelectorAll(".hit, .near")) shape.classList.remove("hit", "near");
    const { hit, near } = chosen(view);
    const shapes = (ids) => ids.flatMap((id) => view.drawn.get(id) || []);
    for (const shape of shapes(near)) shape.classList.add("near");
    const first = shapes(hit);
    for (const shape of first) {
      shape.classList.remove("near");
      shape.classList.add("hit");
    }
    view.section.classList.toggle("lit", first.some((shape) => !shape.matches(".group, .group-title, button")));
    if (first.length && !view.touched) {
      if (view.svg) reveal(view, first);
      else (first.find((shape) => shape.getClientRects().length) || first[0]).scrollIntoView({ block: "nearest" });
    }
    view.touched = false;
  };

  // The panel

  const tell = () => {
    const element = now.element === undefined ? undefined : elements.get(now.element);
    const focused = byId("panel").contains(document.activeElement);
    details.hidden = !element;
    list.hidden = Boolean(element);
    if (element) describe(element);
    for (const [number, row] of rows) {
      const open = number === now.finding;
      row.classList.toggle("open", open);
      row.querySelector(".what").setAttribute("aria-expanded", String(open));
      if (open && !element) row.scrollIntoView({ block: "nearest" });
    }
    // A keyboard stays in the panel when what it stood on goes.
    if (focused && (document.activeElement === document.body || document.activeElement.closest("[hidden]"))) {
      (element ? details.querySelector("h2") : rows.get(now.finding)?.querySelector(".what") || main).focus();
    }
    const title = now.at ? now.at.title : document.querySelector("h1").textContent;
    document.title = element ? `${element.title} – ${title}` : title;
  };

  const describe = (element) => {
    const found = foundOn(element.id);
    const heading = make("h2", { tabindex: "-1" }, element.title);
    const kind = element.caption.startsWith(element.kind) ? undefined : element.kind;
    const about = [kind, element.caption, element.count].filter((it) => it).join(" · ");
    details.replaceChildren(
      make("div", { class: "bar" },
        history.state.first ? make("span") : button("link", () => history.back(), "← back"),
        button("link", () => go({ view: now.view }), "close ×")),
      heading,
      make("p", { class: "kind" }, about),
      make("p", {}, element.sensitive && make("span", { class: "tag sensitive" }, "sensitive data")),
      ...fields(element), ...part("Findings", found.map(brief)),
      ...part("Between", (element.ends[0] || []).map(toward)),
      ...part("Connections", connections(element)),
      ...part("In these pictures", element.views.map((at) => appearance(element, views[at]))),
      make("p", { class: "place" }, make("code", {}, element.id)));
    say(`${element.title}, ${element.kind}, ${many(found.length, "finding")}`);
  };

  const part = (title, items) => (items.length ? [make("h3", {}, title), make("ul", {}, ...items)] : []);
  const fields = ({ rows }) => (rows.length === 0 ? [] : [make("h3", {}, "Fields"), make("table", {}, make("tbody", {}, ...rows.map((row) =>
    make("tr", {}, make("th", { scope: "row" }, row.name), make("td", {}, row.detail),
      make("td", {}, make("small", {}, [...row.tags, row.sensitive && "sensitive"].filter((it) => it).join(", ")))))))]);
  const brief = (finding) => make("li", { class: finding.severity },
    button("what", () => goFinding(finding.number),
      make("span", { class: "badge" }, String(finding.number)),
      make("span", { class: "words" }, make("span", { class: "rule" }, make("b", {}, finding.severity), " " + finding.rule), ...coded(finding.message))));
  const toward = (id) => make("li", {}, button("link", () => goElement(id, now.at), elements.get(id)?.title || id));
  const connections = ({ id }) => facts.elements.filter((it) => meets(it, id)).map((it) => {
    const [from, to] = it.ends.find((pair) => pair.includes(id));
    const other = from === id ? to : from;
    const head = it.title.includes(" ↔ ") ? "↔ " : from === id ? "→ " : "← ";
    return make("li", {}, button("link", () => goElement(it.id, now.at), head + (elements.get(other)?.title || other)),
      it.caption && make("small", {}, " " + it.caption));
  });
  const appearance = (element, view) => make("li", {}, view === now.at ? view.label + " (shown)"
    : button("link", () => go({ view: view.name, element: element.id }), view.label));

  for (const [number, row] of rows) {
    const { hits } = findings.get(number);
    row.querySelector(".what").addEventListener("click", () => (now.finding === number ? go({ view: now.view }) : goFinding(number)));
    const where = row.querySelector(".where");
    const ids = [...new Set(hits.map((hit) => hit.id))].filter((id) => elements.has(id));
    where.append(...ids.map((id) => button("link", () => goElement(id, now.at), elements.get(id).title)));
    if (ids.length === 0) where.append("in no picture");
  }

  list.querySelector("ol").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const seen = [...rows.values()].filter((row) => !row.hidden).map((row) => row.querySelector(".what"));
    const next = seen[seen.indexOf(document.activeElement) + step];
    if (next) next.focus();
    event.preventDefault();
  });

  const filters = [...document.querySelectorAll(".filter")];
  for (const filter of filters) {
    filter.addEventListener("click", () => {
      filter.setAttribute("aria-pressed", String(filter.getAttribute("aria-pressed") !== "true"));
      const kept = filters.filter((it) => it.getAttribute("aria-pressed") === "true").map((it) => it.dataset.severity);
      for (const row of rows.values()) row.hidden = !kept.includes(row.dataset.severity);
      say(`${[...rows.values()].filter((row) => !row.hidden).length} of ${many(rows.size, "finding")}`);
    });
  }

  // The camera: where a picture's corner stands on its stage, and how large it is

  const natural = (view) => view.svg.viewBox.baseVal;
  const place = (view, camera, glide) => {
    view.camera = camera;
    view.svg.classList.toggle("glide", Boolean(glide));
    view.svg.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.k})`;
    byId("scale").textContent = Math.round(camera.k * 100) + " %";
  };
  const center = (view, box, k, glide, auto) => place(view, {
    auto, k,
    x: view.stage.clientWidth / 2 - (box.x + box.width / 2) * k,
    y: view.stage.clientHeight / 2 - (box.y + box.height / 2) * k,
  }, glide);
  // Leaves no more empty room beside a picture than it must.
  const within = (start, length, room) => (length <= room ? (room - length) / 2 : Math.min(16, Math.max(room - length - 16, start)));
  const fit = (view, glide) => {
    const { width, height } = natural(view);
    const k = Math.min(view.stage.clientWidth / width, view.stage.clientHeight / height, 1.25);
    center(view, { x: 0, y: 0, width, height }, Math.max(k, 0.02), glide, true);
  };
  // A long flow starts at its top, large enough to read.
  const settle = (view) => {
    if (!view.svg) return;
    fit(view, false);
    const { width } = natural(view);
    if (view.part !== "Flows" || view.camera.k > 0.7) return;
    const k = Math.min(1, Math.max(view.stage.clientWidth / width, 0.4));
    place(view, { auto: true, k, x: Math.max(0, (view.stage.clientWidth - width * k) / 2), y: 0 }, false);
  };
  const zoom = (view, factor, x = view.stage.clientWidth / 2, y = view.stage.clientHeight / 2, glide = false) => {
    const k = Math.min(8, Math.max(0.05, view.camera.k * factor));
    const ratio = k / view.camera.k;
    place(view, { k, x: x - (x - view.camera.x) * ratio, y: y - (y - view.camera.y) * ratio }, glide);
  };
  const pan = (view, x, y, glide) => place(view, { k: view.camera.k, x: view.camera.x + x, y: view.camera.y + y }, glide);

  // Brings shapes to the middle, large enough to read.
  const reveal = (view, shapes) => {
    const whole = view.svg.getBoundingClientRect();
    const k = whole.width / natural(view).width || 1;
    const boxes = shapes.map((shape) => shape.getBoundingClientRect());
    const left = Math.min(...boxes.map((box) => box.left)), right = Math.max(...boxes.map((box) => box.right));
    const top = Math.min(...boxes.map((box) => box.top)), bottom = Math.max(...boxes.map((box) => box.bottom));
    const box = { x: (left - whole.left) / k, y: (top - whole.top) / k, width: (right - left) / k, height: (bottom - top) / k };
    const room = Math.min(view.stage.clientWidth / (box.width + 160), view.stage.clientHeight / (box.height + 120));
    center(view, box, Math.min(1.25, room), true, false);
    const { camera, stage } = view;
    const { width, height } = natural(view);
    place(view, {
      k: camera.k,
      x: within(camera.x, width * camera.k, stage.clientWidth),
      y: within(camera.y, height * camera.k, stage.clientHeight),
    }, true);
  };

  const keys = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  const pressed = (event) => {
    if (!now.at || !now.at.svg || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) pan(now.at, ...keys[event.key], true);
    else if (event.key === "+" || event.key === "=") zoom(now.at, 1.25, undefined, undefined, true);
    else if (event.key === "-" || event.key === "−") zoom(now.at, 0.8, undefined, undefined, true);
    else if (event.key === "0") fit(now.at, true);
    else return;
    event.preventDefault();
  };

  byId("closer").addEventListener("click", () => zoom(now.at, 1.25, undefined, undefined, true));
  byId("farther").addEventListener("click", () => zoom(now.at, 0.8, undefined, undefined, true));
  byId("fit").addEventListener("click", () => fit(now.at, true));

  // Drags and pinches

  const hands = (view) => {
    const { stage } = view;
    const held = new Map();
    let moved = 0;
    const spot = (event) => {
      const frame = stage.getBoundingClientRect();
      return { x: event.clientX - frame.left, y: event.clientY - frame.top };
    };
    stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (held.size === 0) moved = 0;
      held.set(event.pointerId, spot(event));
    });
    stage.addEventListener("pointermove", (event) => {
      const from = held.get(event.pointerId);
      if (!from) return;
      const to = spot(event);
      moved += Math.hypot(to.x - from.x, to.y - from.y);
      held.set(event.pointerId, to);
      if (moved < 4) return;
      if (!stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
      stage.classList.add("held");
      const other = [...held].find(([id]) => id !== event.pointerId);
      if (other) {
        const far = (a) => Math.hypot(a.x - other[1].x, a.y - other[1].y) || 1;
        zoom(view, far(to) / far(from), (to.x + other[1].x) / 2, (to.y + other[1].y) / 2);
        pan(view, (to.x - from.x) / 2, (to.y - from.y) / 2);
      } else pan(view, to.x - from.x, to.y - from.y);
    });
    const drop = (event) => {
      held.delete(event.pointerId);
      stage.classList.toggle("held", held.size > 0);
    };
    stage.addEventListener("pointerup", drop);
    stage.addEventListener("pointercancel", drop);
    stage.addEventListener("click", (event) => {
      if (moved >= 4) return;
      const shape = event.target.closest("[data-id]");
      if (shape) pick(view, shape);
      else if (now.element !== undefined || now.finding !== undefined) go({ view: now.view });
    });
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      const { x, y } = spot(event);
      zoom(view, Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
    }, { passive: false });
  };

  // Whoever points at a shape sees it; the picture stays where it is.
  const pick = (view, shape) => {
    if (!elements.has(shape.dataset.id)) return;
    view.touched = true;
    go({ view: view.name, element: shape.dataset.id });
  };

  const pressable = (view, shape) => shape.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pick(view, shape);
    details.querySelector("h2")?.focus();
  });

  // A name in a table, or a row of a chart; charts are there twice, for wide and narrow pages.
  const mention = (view, name) => {
    const element = elements.get(name.dataset.id);
    if (!element) {
      delete name.dataset.id;
      return;
    }
    view.drawn.set(element.id, [...(view.drawn.get(element.id) || []), name]);
    name.addEventListener("click", () => pick(view, name));
    if (name.matches("button")) return;
    name.setAttribute("role", "button");
    name.setAttribute("tabindex", element.ends.length ? "-1" : "0");
    name.setAttribute("aria-label", name.querySelector(":scope > title")?.textContent || element.title);
    pressable(view, name);
  };

  // The pictures

  for (const view of views) {
    view.stage = view.section.querySelector(".stage");
    view.svg = view.stage.querySelector(":scope > svg");
    view.stage.tabIndex = 0;
    view.stage.setAttribute("role", "region");
    view.stage.setAttribute("aria-label", view.title);
    view.drawn = new Map();
    if (!view.svg) {
      for (const name of view.stage.querySelectorAll("[data-id]")) mention(view, name);
      for (const chart of view.stage.querySelectorAll("figure svg")) {
        const title = chart.querySelector(":scope > title");
        chart.setAttribute("role", "group");
        chart.setAttribute("aria-label", title?.textContent || "");
        title?.remove();
      }
      continue;
    }
    view.svg.setAttribute("role", "group");
    // Its title would follow the pointer everywhere.
    view.svg.querySelector(":scope > title")?.remove();
    for (const shape of view.svg.querySelectorAll("[data-id]")) {
      const { id } = shape.dataset;
      const twin = view.drawn.get(id);
      view.drawn.set(id, [...(twin || []), shape]);
      const element = elements.get(id);
      // What is drawn in several pieces is met once by a keyboard.
      if (!element || (twin && !element.ends.length)) continue;
      const found = foundOn(id).length;
      shape.setAttribute("role", "button");
      shape.setAttribute("tabindex", element.ends.length ? "-1" : "0");
      const words = [...shape.querySelectorAll("text")].map((text) => text.textContent).join(" ");
      const named = element.ends.length || !words ? element.title + " " + words : words;
      const kind = named.includes(element.kind) ? "" : ", " + element.kind;
      shape.setAttribute("aria-label", named.trim() + kind + (found ? ", " + many(found, "finding") : ""));
      pressable(view, shape);
      // Who walks through a picture with the keyboard sees where they are.
      shape.addEventListener("focus", () => {
        const box = shape.getBoundingClientRect(), frame = view.stage.getBoundingClientRect();
        const inside = box.right > frame.left && box.left < frame.right && box.bottom > frame.top && box.top < frame.bottom;
        if (!inside) reveal(view, [shape]);
      });
    }
    hands(view);
  }

  // Search

  const search = byId("search");
  const results = byId("results");
  let offers = [];
  let offered = 0;
  const known = [
    ...facts.elements.map((it) => ({ title: it.title, about: `${it.kind} · ${many(it.views.length, "picture")}`, more: `${it.id} ${it.caption}`, less: it.ends.length > 0, go: () => goElement(it.id, now.at) })),
    ...facts.findings.map((it) => ({ title: `${it.number}  ${it.message.replace(/`/g, "")}`, about: `${it.severity} · ${it.rule}`, more: "", go: () => goFinding(it.number) })),
    ...views.map((it) => ({ title: it.title, about: "view · " + it.part.toLowerCase(), more: it.name, go: () => go({ view: it.name }) })),
  ];
  const rank = (offer, words) => {
    const title = offer.title.toLowerCase();
    const all = `${title} ${offer.about} ${offer.more}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) return 0;
    if (!words.every((word) => title.includes(word))) return 1;
    return 2 + (title.startsWith(words[0]) ? 2 : 0) + (offer.less ? 0 : 1);
  };
  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word);
    const ranked = words.length === 0 ? [] : known.map((offer) => [rank(offer, words), offer]).filter(([rank]) => rank > 0);
    offers = ranked.sort((a, b) => b[0] - a[0]).slice(0, 40).map(([, offer]) => offer);
    results.replaceChildren(...offers.map((offer, at) => make("li", { id: "result-" + at, role: "option", click: () => take(at) }, offer.title, make("small", {}, offer.about))));
    if (words.length) say(ranked.length ? many(ranked.length, "result") : "no results");
    if (words.length && offers.length === 0) results.append(make("li", { role: "option", "aria-disabled": "true" }, "nothing has that name"));
    open(words.length > 0);
    point(0);
  };
  const open = (is) => {
    results.hidden = !is;
    search.setAttribute("aria-expanded", String(is));
    if (!is) search.removeAttribute("aria-activedescendant");
  };
  const point = (at) => {
    offered = offers.length ? (at + offers.length) % offers.length : 0;
    [...results.children].forEach((item, at) => item.setAttribute("aria-selected", String(offers.length > 0 && at === offered)));
    if (offers.length === 0) return search.removeAttribute("aria-activedescendant");
    search.setAttribute("aria-activedescendant", "result-" + offered);
    results.children[offered].scrollIntoView({ block: "nearest" });
  };
  const take = (at) => {
    if (!offers[at]) return;
    open(false);
    search.value = "";
    offers[at].go();
    main.focus();
  };
  search.addEventListener("input", find);
  search.addEventListener("focus", () => { if (search.value) find(); });
  search.addEventListener("blur", () => open(false));
  results.addEventListener("pointerdown", (event) => event.preventDefault());
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") point(offered + 1);
    else if (event.key === "ArrowUp") point(offered - 1);
    else if (event.key === "Enter") take(offered);
    else if (event.key === "Escape") { search.value = ""; open(false); main.focus(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (target === search || event.defaultPrevented) return;
    if (event.key === "/" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && (now.element !== undefined || now.finding !== undefined)) go({ view: now.view });
    else if (target === document.body || main.contains(target)) pressed(event);
  });

  // Light and dark: the system's choice until the reader makes one

  const system = matchMedia("(prefers-color-scheme: dark)");
  const session = (use) => { try { return use(sessionStorage); } catch { return null; } };
  let theme = session((it) => it.getItem("underpin-theme"));
  const paint = () => {
    root.dataset.theme = theme || (system.matches ? "dark" : "light");
    byId("theme").setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  };
  byId("theme").addEventListener("click", () => {
    theme = root.dataset.theme === "dark" ? "light" : "dark";
    session((it) => it.setItem("underpin-theme", theme));
    paint();
  });
  system.addEventListener("change", paint);

  // Start

  for (const link of links) link.setAttribute("href", address({ view: link.dataset.view }));
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  root.classList.add("js");
  paint();
  window.addEventListener("hashchange", () => { if (location.hash !== shown) show(); });
  window.addEventListener("resize", () => { if (now.at?.svg && now.at.camera.auto) settle(now.at); });
  show();
})();
