"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const queues = data.queues || [];
  const net = byId("net"), view = byId("view"), panel = byId("panel");
  const MOST = 25;
  for (const each of document.querySelectorAll("[data-script]")) each.hidden = false;
  for (const each of document.querySelectorAll("details:not(#before details)")) {
    addEventListener("beforeprint", () => { each.dataset.open = each.open; each.open = true; });
    addEventListener("afterprint", () => { each.open = each.dataset.open === "true"; });
  }

  const make = (name, words, kind) => {
    const element = document.createElement(name);
    if (words !== undefined) element.textContent = words;
    if (kind) element.className = kind;
    return element;
  };
  const figure = (value) => String(Math.round(value * 10) / 10);
  const state = (one) => !one ? "" : one[0] === null ? "load not known: loop"
    : `keeps ${figure(one[0])}, takes in ${figure(one[1])}${one[2] ? ` of ${figure(one[2])}` : ""}`;
  const states = (queue) => {
    const before = state(queue[3]), after = state(queue[4]);
    return before === after ? after : `${before} → ${after}`;
  };
  const named = (number) => {
    const button = make("button", queues[number][0], "queue");
    button.type = "button";
    button.addEventListener("click", () => choose(number));
    return button;
  };

  /* Zoom: the size of the drawing, as a part of the size that it is made for. */
  const full = net && { width: net.width.baseVal.value, height: net.height.baseVal.value };
  let zoom = 1;
  const sized = (to) => {
    const x = (view.scrollLeft + view.clientWidth / 2) / zoom, y = (view.scrollTop + view.clientHeight / 2) / zoom;
    zoom = Math.min(2, Math.max(0.1, to));
    net.setAttribute("width", full.width * zoom);
    net.setAttribute("height", full.height * zoom);
    view.scrollTo(x * zoom - view.clientWidth / 2, y * zoom - view.clientHeight / 2);
  };
  const fitting = () => Math.min(1, view.clientWidth / full.width, Math.max(view.clientHeight, 420) / full.height);
  const box = (number) => byId(`q${number}`);
  const center = (number) => {
    const matrix = box(number).transform.baseVal.consolidate().matrix;
    const left = net.viewBox.baseVal.x, top = net.viewBox.baseVal.y;
    view.scrollTo((matrix.e - left + 118) * zoom - view.clientWidth / 2,
      (matrix.f - top + 38) * zoom - view.clientHeight / 2);
  };

  /* Choosing a queue: it and its neighbors stay, of a loop all of it; the rest fades. */
  const loop = (number) => {
    const inside = new Set([number]);
    for (const way of [["s", "t"], ["t", "s"]]) {
      const seen = new Set([number]), open = [number];
      while (open.length) {
        const at = open.pop();
        for (const link of net.querySelectorAll(`.link.loop[data-${way[0]}="q${at}"]`)) {
          const next = Number(link.dataset[way[1]].slice(1));
          if (!seen.has(next)) { seen.add(next); open.push(next); }
        }
      }
      for (const each of seen) inside.add(each);
    }
    return inside;
  };
  const light = (number) => {
    const ring = loop(number);
    net.classList.add("choosing");
    for (const link of net.querySelectorAll(".link")) {
      const [s, t] = [link.dataset.s, link.dataset.t].map((id) => Number(id.slice(1)));
      const on = s === number || t === number || (link.classList.contains("loop") && ring.has(s) && ring.has(t));
      link.classList.toggle("lit", on);
      if (on) for (const end of [s, t]) box(end).classList.add("lit");
    }
    box(number).classList.add("lit", "chosen");
  };
  const clear = () => {
    if (!net) return;
    net.classList.remove("choosing");
    for (const each of net.querySelectorAll(".lit, .chosen")) each.classList.remove("lit", "chosen");
    panel.hidden = true;
  };
  const listed = (heading, links, end) => {
    panel.append(make("h4", `${heading} (${links.length})`));
    const list = make("ul");
    for (const link of links.slice(0, MOST)) {
      const item = make("li"), [, , before, after, moves, action] = link;
      const rule = action === "off" ? `${after}, disabled` : before === after ? after
        : `${before || "nothing"} → ${after || "nothing"}`;
      item.append(named(link[end]), ` ${rule}${moves ? `; ${moves} contacts` : ""}`);
      list.append(item);
    }
    panel.append(list);
    if (links.length > MOST) panel.append(make("p", `… and ${links.length - MOST} more.`));
  };
  const choose = (number, scroll = true) => {
    if (!net) return;
    clear();
    const queue = queues[number];
    panel.replaceChildren(make("h3", queue[0]));
    if (queue[1]) panel.append(make("p", queue[1]));
    panel.append(make("p", states(queue) || "The plan doesn’t touch its load."));
    listed("Comes from", data.links.filter((link) => link[1] === number), 0);
    listed("Goes to", data.links.filter((link) => link[0] === number), 1);
    if (data.cut) panel.append(make("p", "Only rules around the change are listed here."));
    if (!queue[2]) panel.append(make("p", "It is not drawn: it is far from the change."));
    const close = make("button", "Close");
    close.type = "button";
    close.addEventListener("click", clear);
    panel.append(close);
    panel.hidden = false;
    if (!queue[2]) { byId("network").scrollIntoView(); return; }
    light(number);
    if (scroll) {
      if (zoom < 0.6) sized(0.8);
      center(number);
      const at = view.getBoundingClientRect();
      if (at.top < 0 || at.bottom > innerHeight) view.scrollIntoView({ block: "nearest" });
    }
    rove(box(number));
  };

  /* The drawing is one tab stop; arrows lead to the nearest box that way. */
  const boxes = net ? [...net.querySelectorAll(".box")] : [];
  const rove = (element) => { for (const each of boxes) each.setAttribute("tabindex", each === element ? "0" : "-1"); };
  const place = (element) => { const m = element.transform.baseVal.consolidate().matrix; return [m.e, m.f]; };
  const nearest = (from, dx, dy) => {
    const [x, y] = place(from);
    let best = null, least = Infinity;
    for (const each of boxes) {
      const [a, b] = place(each), along = (a - x) * dx + (b - y) * dy, aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
      if (along > 1 && along + 2 * aside < least) { least = along + 2 * aside; best = each; }
    }
    return best;
  };
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  for (const each of boxes) {
    each.setAttribute("role", "button");
    each.addEventListener("click", () => choose(Number(each.id.slice(1)), false));
    each.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(Number(each.id.slice(1)), false); }
      const way = WAYS[event.key], next = way && nearest(each, ...way);
      if (way) event.preventDefault();
      if (next) { rove(next); next.focus({ preventScroll: true }); center(Number(next.id.slice(1))); }
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-q]");
    if (link && net) { event.preventDefault(); choose(Number(link.dataset.q)); }
  });

  if (net) {
    const problems = data.problems || [];
    rove(box(problems[0] ?? Number(boxes[0].id.slice(1))));
    /* All of it, or else its whole width, where names can be read; else the first problem. */
    const [least, near] = innerWidth <= 720 ? [0.8, 0.8] : [0.5, 0.75];
    sized([fitting(), Math.min(1, view.clientWidth / full.width)].find((fit) => fit >= least) ?? near);
    const whole = full.width * zoom <= view.clientWidth + 1 && full.height * zoom <= view.clientHeight + 1;
    if (!whole && problems.length) center(problems[0]); else view.scrollTo(0, 0);
    byId("zoom-in").addEventListener("click", () => sized(zoom * 1.25));
    byId("zoom-out").addEventListener("click", () => sized(zoom / 1.25));
    byId("zoom-full").addEventListener("click", () => sized(1));
    byId("zoom-fit").addEventListener("click", () => sized(fitting()));
    for (const radio of document.querySelectorAll('input[name="moment"]')) {
      radio.addEventListener("change", () => {
        net.classList.toggle("before", radio.value === "before");
        net.classList.toggle("after", radio.value === "after");
      });
    }
    const next = byId("next");
    let turn = 0;
    next.hidden = !problems.length;
    next.textContent = `Next problem (${problems.length})`;
    next.addEventListener("click", () => {
      if (zoom < 0.6) sized(0.8);
      choose(problems[turn % problems.length]);
      turn += 1;
    });
  }

  /* The list of all queues. */
  const search = byId("search");
  if (search) {
    const list = () => {
      const wanted = search.value.trim().toLowerCase();
      const hits = [...queues.keys()].filter((number) => queues[number][0].toLowerCase().includes(wanted));
      const most = wanted ? 50 : 10;
      byId("rows").replaceChildren(...hits.slice(0, most).map((number) => {
        const item = make("li");
        item.append(named(number), ` ${[queues[number][1], states(queues[number])].filter(Boolean).join("; ")}`);
        return item;
      }));
      byId("found").textContent = hits.length > most ? `${most} of ${hits.length} shown` : `${hits.length} shown`;
    };
    search.addEventListener("input", list);
    list();
  }

  /* The table of changes. */
  const rows = [...document.querySelectorAll("#change-rows tbody tr")], words = byId("change-search");
  if (words) {
    const filter = () => {
      const wanted = words.value.trim().toLowerCase();
      const action = document.querySelector('input[name="action"]:checked').value;
      let shown = 0;
      for (const row of rows) {
        const fits = (!action || row.querySelector("[data-action]").dataset.action === action)
          && (row.cells[1].textContent + row.cells[2].textContent).toLowerCase().includes(wanted);
        row.hidden = !fits;
        shown += fits;
      }
      byId("change-count").textContent = `${shown} of ${rows.length} ${rows.length === 1 ? "rule" : "rules"}`;
    };
    words.addEventListener("input", filter);
    for (const each of document.querySelectorAll('input[name="action"]')) each.addEventListener("change", filter);
    filter();
  }

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") clear();
    if (event.key === "/" && !typing && search) { event.preventDefault(); search.focus(); }
  });
})();
