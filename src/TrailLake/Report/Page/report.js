"use strict";
// Draws the page from the data. What comes from the logs goes into the page by textContent alone: it is text, never markup.

const data = JSON.parse(document.getElementById("data").textContent);
const state = { service: undefined, names: "", rows: "service" };
const Rest = "other services";
const Kinds = [["denied", "Denied", "var(--bad)"], ["throttled", "Throttled", "var(--warn)"], ["other", "Other errors", "var(--quiet)"]];
const Shown = 25;

const byId = id => document.getElementById(id);
const part = (section, place) => byId(section).querySelector(place);

// A table of the data as objects.
const rowsOf = name => data[name].rows.map(row => Object.fromEntries(data[name].columns.map((column, at) => [column, row[at]])));

function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== undefined && child !== null).map(child => child instanceof Node ? child : String(child)));
  return made;
}

const whole = new Intl.NumberFormat("en");
const number = value => whole.format(value);
const short = value => value >= 10000 ? new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value) : number(value);
const percent = (value, of) => of === 0 ? "0 %" : value === 0 ? "none" : value / of < 0.001 ? "under 0.1 %" : `${(100 * value / of).toFixed(value / of < 0.1 ? 1 : 0)} %`;
const count = (value, one, many = one + "s") => `${number(value)} ${Number(value) === 1 ? one : many}`;
const timeOf = bucket => new Date(bucket.length === 10 ? bucket + "T00:00Z" : bucket + ":00Z");
const dayText = (day, year = true) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: year ? "numeric" : undefined, timeZone: "UTC" }).format(timeOf(day));
const isOneYear = data.since.slice(0, 4) === data.until.slice(0, 4);
const listedDay = day => dayText(day, day.slice(0, 4) !== data.until.slice(0, 4)); // without its year, where that goes without saying
const bucketFormat = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: isOneYear ? undefined : "numeric", hour: data.is_hourly ? "2-digit" : undefined, minute: data.is_hourly ? "2-digit" : undefined, timeZone: "UTC" });
const hourText = time => `${String(time.getUTCHours()).padStart(2, "0")}:${String(time.getUTCMinutes()).padStart(2, "0")}`;
const bucketText = time => bucketFormat.format(time);
const minutes = value => value < 90 ? `${Math.round(value)} min` : value < 2880 ? `${Math.round(value / 6) / 10} h` : `${Math.round(value / 144) / 10} days`;
const sizeText = bytes => bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

const totals = rowsOf("totals")[0];
for (const key of Object.keys(totals)) totals[key] = Number(totals[key]);
const named = name => name ?? Rest;
const activity = rowsOf("activity").map(row => ({ time: timeOf(row.bucket), service: named(row.service), events: Number(row.events) }));
const hours = rowsOf("hours").map(row => ({ service: named(row.service), region: row.region ?? "other regions", hour: row.hour, events: Number(row.events) }));
const errors = rowsOf("errors").map(row => ({ time: timeOf(row.bucket), service: named(row.service), kind: row.kind, events: Number(row.events) }));
const ranked = (rows, key) => d3.groupSort(rows, group => -d3.sum(group, row => row.events), row => row[key]);
const services = [...ranked(activity, "service").filter(name => name !== Rest), ...(activity.some(row => row.service === Rest) ? [Rest] : [])];
const colours = services.map((name, at) => name === Rest ? "var(--rest)" : `var(--c${at % 8})`);
const ofService = rows => state.service === undefined ? rows : rows.filter(row => row.service === state.service);
const matches = texts => state.names === "" || texts.some(text => text !== null && String(text).toLowerCase().includes(state.names));

function fill(place, ...children) { place.replaceChildren(...children.filter(Boolean)); }

// Drawing ---------------------------------------------------------------------------------------------------------------------------------

const widthOf = place => Math.max(280, place.clientWidth);
const interval = data.is_hourly ? d3.utcHour : d3.utcDay;
const days = [timeOf(data.since), d3.utcDay.offset(timeOf(data.until), 1)];
const allDays = d3.utcDays(...days);

function overTime(place, rows, key, domain, range, label) {
  const width = widthOf(place), all = d3.rollup(rows, group => d3.sum(group, row => row.events), row => +row.time); // once: of ten years there are thirty thousand rows
  const room = (width - 56) / interval.count(...days), inset = Math.min(0.75, (room - 1) / 2); // a day among thousands still has a pixel
  return Plot.plot({
    width, height: width < 500 ? 220 : 280, marginLeft: 52, marginRight: 4, marginTop: 12, ariaLabel: label,
    x: { type: "utc", domain: days, label: null },
    y: { label: null, grid: true, nice: true, tickSize: 0, tickFormat: short, ticks: 5, domain: rows.length === 0 ? [0, 1] : undefined },
    color: { domain, range },
    marks: [
      Plot.rectY(rows, { x1: row => row.time, x2: row => interval.offset(row.time, 1), y: "events", fill: key, insetLeft: inset, insetRight: inset, order: domain,
        title: row => `${bucketText(row.time)}\n${row[key]}: ${number(row.events)}\nall: ${number(all.get(+row.time))}`, tip: { fill: "var(--card)", stroke: "var(--line)" } }),
      Plot.ruleY([0], { stroke: "var(--line)" }),
      timeAxis(width, 12),
    ],
  });
}

// Days are named at their middle, where bars stand, or at their begin, where points do; hours at their begin.
function timeAxis(width, middle = 0) {
  const room = Math.max(2, Math.floor(width / 80)), format = { day: "numeric", month: "short", year: isOneYear ? undefined : "numeric", timeZone: "UTC" };
  if (data.is_hourly) return Plot.axisX({ ticks: room, tickSize: 4, label: null, tickFormat: (time, at) => hourText(time) + (at === 0 || time.getUTCHours() === 0 ? `\n${new Intl.DateTimeFormat("en-GB", format).format(time)}` : "") });
  const every = Math.ceil(allDays.length / room);
  return Plot.axisX(allDays.filter((_, at) => at % every === 0).map(day => d3.utcHour.offset(day, middle)), { tickSize: 0, label: null, tickFormat: time => new Intl.DateTimeFormat("en-GB", format).format(time) });
}

function legend(names, range, rows, key, type = "legend") {
  const sums = d3.rollup(rows, group => d3.sum(group, row => row.events), row => row[key]);
  return element("div", { class: type }, ...names.map((name, at) => element("span", {}, dot(range[at]), `${name} ${short(sums.get(name) ?? 0)}`)));
}

function dot(colour) {
  const made = element("span", { class: "dot" });
  made.style.background = colour;
  return made;
}

function numbersOf(rows, key, names) {
  const details = element("details", { class: "numbers" }, element("summary", {}, "Numbers"));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const used = names.filter(name => rows.some(row => row[key] === name));
    const byTime = d3.rollups(rows, group => d3.rollup(group, inner => d3.sum(inner, row => row.events), row => row[key]), row => +row.time);
    details.append(table([["time"], ...used.map(name => [name, "number"])], byTime.map(([time, sums]) => [bucketText(new Date(time)), ...used.map(name => number(sums.get(name) ?? 0))])));
  }, { once: true });
  return details;
}

// A table; a column is its name and its class, a cell text or an element.
function table(columns, rows) {
  return element("div", { class: "scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, ...columns.map(([name, type]) => element("th", { class: type, scope: "col" }, name)))),
    element("tbody", {}, ...rows.map(cells => element("tr", {}, ...cells.map((cell, at) => element("td", { class: columns[at][1] }, cell)))))));
}

// A table that shows its first rows, and the rest when asked to.
function longTable(columns, rows, limit = Shown, note = "") {
  const made = table(columns, rows.slice(0, limit)), said = note === "" ? null : element("p", { class: "none" }, note);
  if (rows.length <= limit) return element("div", {}, made, said);
  const more = element("button", { type: "button", class: "more", onclick: () => { made.replaceWith(table(columns, rows)); more.remove(); } }, `Show ${note === "" ? "all " : ""}${rows.length}`);
  return element("div", {}, made, more, said);
}

// Of a list that has only the busiest of all there are, which ones it has; of a whole one nothing.
const busiest = (listed, all) => listed < all ? `the ${number(listed)} busiest of ${number(all)}` : "";

function bar(share) {
  const made = element("span", { class: "bar", "aria-hidden": "true" });
  made.style.width = `${100 * share}%`;
  return made;
}

// Two paths, however many days there are: of ten years a list of a hundred callers would have four hundred thousand bars.
function spark(byDay, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const step = 100 / allDays.length, wide = Math.max(0.5, step * 0.8), most = Math.max(1, ...Object.values(byDay));
  const bars = Object.entries(byDay).map(([day, value]) => [d3.utcDay.count(allDays[0], timeOf(day)) * step, Math.max(3, 24 * value / most)]);
  for (const [name, value] of [["viewBox", "0 0 100 24"], ["preserveAspectRatio", "none"], ["class", "spark"], ["role", "img"], ["aria-label", label]]) svg.setAttribute(name, value);
  for (const shape of [
    { class: "floor", d: "M0 23.5H100", "stroke-dasharray": `${wide} ${Math.max(0, step - wide)}` },
    { class: "bars", d: bars.map(([x, height]) => `M${x.toFixed(2)} 24v${-height.toFixed(1)}h${wide.toFixed(2)}V24z`).join("") },
  ]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries(shape)) path.setAttribute(name, value);
    svg.append(path);
  }
  return svg;
}

// arn:aws:iam::111122223333:user/deploy-bot is user/deploy-bot, with the rest below it.
function principalName(name, more) {
  const found = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/s.exec(name);
  return element("div", { class: "name", title: name }, found ? found[1] : name, element("small", {}, more));
}

// Sections --------------------------------------------------------------------------------------------------------------------------------

function drawHead() {
  const range = data.since === data.until ? dayText(data.since) : `${dayText(data.since, data.since.slice(0, 4) !== data.until.slice(0, 4))} to ${dayText(data.until)}`;
  byId("title").textContent = `CloudTrail activity, ${range}`;
  document.title = `CloudTrail activity, ${range}`;
  byId("subtitle").textContent = `${count(totals.accounts, "account")} in ${data.lake}. Made ${data.made_at} UTC.`;
  const shown = [
    ["Events", short(totals.events), `on ${count(totals.days, "day")}`], ["Errors", short(totals.errors), percent(totals.errors, totals.events)], ["Denied", short(totals.denied), percent(totals.denied, totals.events)],
    ["Principals", short(totals.principals), ""], ["Services", short(totals.services), ""], ["Regions", short(totals.regions), ""],
  ];
  fill(byId("totals"), ...shown.map(([label, value, note]) => element("div", {}, element("dt", {}, label), element("dd", {}, value, element("small", {}, note)))));
}

function drawFilters() {
  const chip = (label, service, colour) => element("button", {
    type: "button", "aria-pressed": String(state.service === service), "data-service": label,
    onclick: () => { state.service = state.service === service ? undefined : service; drawFilters(); drawCharts(); drawErrorTable(); },
  }, colour && dot(colour), label);
  fill(byId("services"), chip("All services", undefined), ...services.map((name, at) => chip(name, name, colours[at])));
}

function drawCharts() {
  const shown = ofService(activity);
  const place = part("activity", ".chart");
  part("activity", ".lead").textContent = `${count(d3.sum(shown, row => row.events), "event")}${state.service === undefined ? "" : ` of ${state.service}`} by ${data.is_hourly ? "hour" : "day"}.`;
  fill(place, legend(services, colours, shown, "service", "legend printed"), overTime(place, shown, "service", services, colours, "Events over time by service"), numbersOf(shown, "service", services));
  drawHours();
  drawErrors();
}

function drawHours() {
  const rows = ofService(hours), place = part("hours", ".chart"), key = state.rows, width = widthOf(place);
  const names = ranked(rows, key);
  const cells = d3.rollups(rows, group => d3.sum(group, row => row.events), row => row[key], row => row.hour).flatMap(([name, byHour]) => byHour.map(([hour, events]) => ({ name, hour, events })));
  if (cells.length === 0) return fill(place, element("p", { class: "none" }, "Nothing here."));
  fill(place, Plot.plot({
    width, height: 34 + names.length * 26, marginLeft: Math.min(130, 20 + 7 * d3.max(names, name => name.length)), marginRight: 4, marginTop: 4, marginBottom: 30, ariaLabel: `Events by hour of the day and ${key}`,
    x: { type: "band", domain: d3.range(24), label: null, tickSize: 0, tickFormat: hour => hour % (width < 500 ? 6 : 3) === 0 ? `${String(hour).padStart(2, "0")}:00` : "", paddingInner: 0.06, paddingOuter: 0 },
    y: { type: "band", domain: names, label: null, tickSize: 0, paddingInner: 0.12, tickFormat: name => name.length > 16 ? name.slice(0, 15) + "…" : name },
    opacity: { type: "sqrt", domain: [0, d3.max(cells, cell => cell.events)], range: [0.06, 1] },
    marks: [
      Plot.cell(d3.cross(names, d3.range(24)), { x: "1", y: "0", fill: "var(--soft)", rx: 3 }),
      Plot.cell(cells, { x: "hour", y: "name", fill: "var(--accent)", fillOpacity: "events", rx: 3, title: cell => `${cell.name}\n${String(cell.hour).padStart(2, "0")}:00 to ${String(cell.hour).padStart(2, "0")}:59\n${count(cell.events, "event")}`, tip: { fill: "var(--card)", stroke: "var(--line)" } }),
    ],
  }));
}

function drawErrors() {
  const kinds = d3.rollups(ofService(errors), group => d3.sum(group, row => row.events), row => +row.time, row => row.kind);
  const rows = kinds.flatMap(([time, sums]) => sums.map(([kind, events]) => ({ time: new Date(time), kind: Kinds.find(([name]) => name === kind)[1], events }))), place = part("errors", ".chart");
  const all = d3.sum(rows, row => row.events), of = d3.sum(ofService(activity), row => row.events);
  part("errors", ".lead").textContent = all === 0 ? "No call failed." : `${count(all, "call")} failed, ${percent(all, of)} of all${state.service === undefined ? "" : ` of ${state.service}`}.`;
  const [names, range] = [Kinds.map(([, name]) => name), Kinds.map(([, , colour]) => colour)];
  if (all === 0) return fill(place);
  fill(place, legend(names, range, rows, "kind"), overTime(place, rows, "kind", names, range, "Failed calls over time by kind"), numbersOf(rows, "kind", names));
}

function drawErrorTable() {
  const all = rowsOf("error_codes"), which = busiest(all.length, totals.listed_errors);
  const shown = all.filter(row => (state.service === undefined || state.service === row.service || state.service === Rest && !services.includes(row.service)) && matches([row.error_code, row.service]));
  fill(part("errors", ".table"), shown.length === 0 ? (which === "" ? null : element("p", { class: "none" }, `None of ${which} errors matches what is chosen.`)) : longTable(
    [["Error", "name"], ["Service", "name"], ["Calls", "number"], ["First", "day wide"], ["Last", "day wide"]],
    shown.map(row => [element("div", { class: "name" + (row.kind === "denied" ? " bad" : "") }, row.error_code), row.service, number(row.events), listedDay(row.first_day), listedDay(row.last_day)]), 8, which === "" ? "" : `This list has ${which} errors.`));
}

function drawPrincipals() {
  const all = rowsOf("principals"), most = d3.max(all, row => Number(row.events)), which = busiest(all.length, totals.listed_principals);
  const shown = all.filter(row => matches([row.principal, row.account, row.kind]));
  fill(part("principals", ".table"), shown.length === 0 ? element("p", { class: "none" }, all.length === 0 ? "Nobody called in these days." : which === "" ? "No name matches the filter." : `None of ${which} principals matches the filter.`) : longTable(
    [["Principal", "name"], ["Events", "number"], ["Errors", "number"], ["Denied", "number"], ["By day", "wide spark-column"], ["First", "day wide"], ["Last", "day wide"]],
    shown.map(row => [
      element("div", {}, principalName(row.principal, [row.kind, row.account].filter(Boolean).join(", ")), bar(Number(row.events) / most)),
      number(row.events), Number(row.errors) === 0 ? "0" : `${number(row.errors)}`, Number(row.denied) === 0 ? "0" : element("span", { class: "bad" }, number(row.denied)),
      spark(Object.fromEntries(row.days.map(([day, events]) => [day, Number(events)])), "Events by day"), listedDay(row.first_time.slice(0, 10)), listedDay(row.last_time.slice(0, 10)),
    ]), 15, which === "" ? "" : `This list has ${which} principals.`));
}

function drawChanges() {
  const place = part("changes", ".columns"), hasBefore = totals.days + totals.history_days > 1;
  part("changes", ".lead").textContent = hasBefore
    ? `What appeared for the first time${totals.history_days > 0 ? `, seen against these days and the ${totals.history_days} before them` : ", seen against the days before it"}. The first day of the lake is left out, where all is new.`
    : "There is one day only, so there is nothing to compare with.";
  if (!hasBefore) return fill(place);
  const kinds = [["Principals", "new_principals"], ["Services", "new_services"], ["Regions", "new_regions"], ["User agents", "new_programs"]];
  fill(place, ...kinds.map(([title, section]) => {
    const all = rowsOf(section), isCut = all.length === 100, shown = all.filter(row => matches([row.name, row.detail]));
    const items = shown.map(row => element("div", { class: "item" },
      section === "new_principals" ? principalName(row.name, row.detail) : element("div", { class: "name" }, row.name, section === "new_programs" && row.detail !== row.name ? element("small", { title: row.detail }, row.detail.length > 80 ? row.detail.slice(0, 79) + "…" : row.detail) : null),
      element("div", {}, listedDay(row.first_day), element("small", {}, count(row.events, "event")))));
    const more = items.length > 8 ? element("button", { type: "button", class: "more", onclick: event => event.target.replaceWith(...items.slice(8)) }, `Show ${isCut ? "" : "all "}${items.length}`) : null;
    return element("div", {}, element("h3", {}, all.length === 0 ? title : `${title}: ${isCut ? "100 or more" : all.length} new`), ...items.slice(0, 8), more, items.length === 0 ? element("p", { class: "none" }, all.length === 0 ? "None new." : isCut ? "None of the 100 latest matches the filter." : "No name matches the filter.") : null);
  }));
}

function drawFindings() {
  const open = new Set([...document.querySelectorAll(".finding[open]")].map(found => found.dataset.view));
  const shown = data.findings.filter(finding => matches([finding.section, finding.view, finding.question, ...finding.callers.map(caller => caller[0])]));
  fill(part("findings", ".list"), ...shown.map(finding => {
    const made = element("details", { class: finding.rows === 0 ? "finding quiet" : "finding", "data-view": finding.view }, element("summary", {},
      element("span", { class: "section" }, finding.section), element("span", {}, finding.question), element("span", { class: "spark-cell" }, finding.rows > 0 ? spark(finding.days, "Findings by day") : null),
      element("span", { class: "count" }, finding.rows === 0 ? "none" : number(finding.rows))));
    made.open = open.has(finding.view);
    const lake = /^[\w./:-]+$/.test(data.lake) ? data.lake : `'${data.lake.replaceAll("'", "'\\''")}'`;
    made.append(element("div", { class: "inside" },
      finding.callers.length === 0 ? null : table([["Caller", "name"], ["Findings", "number"]], finding.callers.map(([name, rows]) => [name, number(rows)])),
      finding.last ? element("div", { class: "muted" }, `The last was at ${finding.last}.`) : null,
      element("pre", {}, `traillake query ${lake} "select * from ${finding.view} where event_date between '${data.since}' and '${data.until}'"`), element("pre", { class: "sql" }, finding.sql)));
    return made;
  }), shown.length === 0 ? element("p", { class: "none" }, "No question matches the filter.") : null);
}

function drawHealth() {
  const objects = rowsOf("objects"), lag = rowsOf("lag"), run = rowsOf("last_run")[0];
  const list = (title, items, none) => element("div", {}, element("h3", {}, title), ...items.map(([name, value]) => element("div", { class: "item" }, element("div", { class: "name" }, name), element("div", {}, value))), items.length === 0 ? element("p", { class: "none" }, none) : null);
  part("health", ".lead").textContent = run === undefined ? "No run is known." : `The last run, at ${run.started_at.slice(0, 16).replace("T", " ")}: ${number(run.records_read)} records read = ${number(run.records_written)} written + ${count(run.duplicates, "duplicate")} + ${number(run.records_quarantined)} quarantined.`;
  fill(part("health", ".columns"),
    list("Log files", objects.map(row => [row.outcome.replaceAll("_", " "), `${number(row.objects)}, ${sizeText(Number(row.bytes))}`]), "None yet."),
    list("Quarantine", data.quarantine.map(row => [row.reason, `${number(row.entries)} from ${count(row.objects, "file")}`]), objects.length === 0 ? "Empty." : "Empty: every record could be read."),
    list("Days without a log file", data.gaps.slice(0, 8).map(gap => [`${gap.account} ${gap.region}`, gap.is_open ? `from ${listedDay(gap.first_day)} on` : gap.days === 1 ? listedDay(gap.first_day) : `${gap.days} days from ${listedDay(gap.first_day)}`]).concat(data.gap_count > 8 ? [[`and ${data.gap_count - 8} more`, ""]] : []), objects.length === 0 ? "No log file is known." : "None, as far as the log files' names tell account, region and day."));
  const place = part("health", ".chart"), width = widthOf(place);
  if (lag.length === 0) return fill(place);
  const points = lag.flatMap(row => [["half of the files", row.median_minutes], ["19 of 20", row.slow_minutes]].map(([share, value]) => ({ time: timeOf(row.delivered_day), share, minutes: value, files: row.files })));
  const most = d3.max(points, point => point.minutes), unit = most < 90 ? 1 : most < 2880 ? 60 : 1440;
  const shares = ["half of the files", "19 of 20"], range = ["var(--accent)", "var(--warn)"];
  fill(place, element("h3", {}, "Delivery lag: from a file's first event to its delivery"), element("div", { class: "legend" }, ...shares.map((share, at) => element("span", {}, dot(range[at]), share))), Plot.plot({
    width, height: 180, marginLeft: 60, marginRight: 8, marginTop: 10, ariaLabel: "Delivery lag by day", x: { type: "utc", domain: data.is_hourly ? days : [days[0], timeOf(data.until)], label: null },
    y: { label: null, grid: true, tickSize: 0, zero: true, ticks: d3.ticks(0, most / unit, 4).map(tick => tick * unit), tickFormat: minutes }, color: { domain: shares, range },
    marks: [timeAxis(width), Plot.lineY(points, { x: "time", y: "minutes", stroke: "share", strokeWidth: 2 }), Plot.dot(points, { x: "time", y: "minutes", fill: "share", r: lag.length > 12 ? 0 : 3 }),
      Plot.tip(points, Plot.pointer({ x: "time", y: "minutes", fill: "var(--card)", stroke: "var(--line)", title: point => `${bucketText(point.time)}\n${point.share} within ${minutes(point.minutes)}\n${count(point.files, "file")}` }))],
  }));
}

function drawTables() { drawErrorTable(); drawPrincipals(); drawChanges(); drawFindings(); }

function draw() {
  drawHead();
  if (totals.events === 0) {
    byId("empty").hidden = false;
    byId("empty").textContent = "There are no events in these days. `traillake ingest` brings them, and `traillake status` tells which days the lake has.";
    for (const section of ["filters", "activity", "hours", "errors", "principals", "changes"]) byId(section).hidden = true;
  } else {
    drawFilters();
    drawCharts();
  }
  drawTables();
  drawHealth();
}

byId("names").addEventListener("input", event => { state.names = event.target.value.trim().toLowerCase(); drawTables(); });
for (const key of ["service", "region"]) {
  byId(`by-${key}`).addEventListener("click", () => {
    state.rows = key;
    for (const other of ["service", "region"]) byId(`by-${other}`).setAttribute("aria-pressed", String(other === key));
    drawHours();
  });
}
let drawnWidth = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === drawnWidth) return;
  drawnWidth = innerWidth;
  if (totals.events > 0) drawCharts();
  drawHealth();
});
draw();
