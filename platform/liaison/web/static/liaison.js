/* What the pages of Liaison do beside showing: conditions, drafts, rows, files, pickers, signatures, dialogs, toasts.
   Plain script under a strict Content-Security-Policy; every page works for reading, and forms for sending, without it.
   Each part finds its elements by data attributes inside `root`, so that what htmx brings in is set up the same way. */
(function () {
  "use strict";

  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  const WORDS = JSON.parse(meta("liaison-words"));
  const word = (name, values = {}) => WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") element.className = value;
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const changed = (control) => control.dispatchEvent(new Event("change", { bubbles: true }));

  /* ---------- requests ---------- */

  /* Send `body` to our own site. Resolves to {ok, status, data}, with `signIn` (an address) where the session ended;
     rejects only when there is no connection. */
  async function send(url, body) {
    const answer = await post(url, body);
    if (!answer.signedOut) return answer;
    const signIn = await renew();
    if (signIn !== "") return { ...answer, ok: false, signIn };
    if (body.has("csrf_token")) body.set("csrf_token", meta("csrf-token"));
    const again = await post(url, body);
    return { ...again, ok: again.ok && !again.signedOut };
  }
  async function post(url, body) {
    const answer = await fetch(url, {
      method: "POST", body, credentials: "same-origin",
      headers: { "X-CSRFToken": meta("csrf-token"), Accept: "application/json" },
    });
    heard = Date.now();
    const isData = (answer.headers.get("Content-Type") || "").includes("json");
    const data = isData ? await answer.json() : {};
    return { ok: answer.ok, status: answer.status, data, signedOut: answer.redirected || outlived(answer.status, data) };
  }
  /* The first request after a session has run out is answered 401; those after it lack the token that went with it. */
  const outlived = (status, data) => status === 401 || data?.code === "web.error.stale_form";
  /* A page that outlived its session goes on when its visitor has signed in again in another tab: the same page, asked
     for anew, brings the new session's token. Resolves to "" then, to the way to sign in, or to null where there is none. */
  async function renew() {
    const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected && page.querySelector("[data-way-in]")) return new URL(answer.url).pathname;
    const fresh = page.querySelector("meta[name=csrf-token]");
    if (!answer.ok || !fresh) return null;
    document.querySelector("meta[name=csrf-token]").content = fresh.content;
    for (const field of all("input[name=csrf_token]")) field.value = fresh.content;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh.content }));
    return "";
  }
  /* What is sent from a page that has lain for long would be answered by the way to sign in, and be gone: the page first
     asks whether its session is still there. */
  const LONG = 20 * 60 * 1000;
  let heard = Date.now();
  function askFirst(event) {
    if (event.target.method !== "post" || Date.now() - heard < LONG) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    renew().catch(() => null).then((signIn) => {
      if (signIn) {
        event.target.closest("dialog")?.close(); /* what is typed in it stays, and nothing beside it can be pressed */
        toast(word("web.script.not_sent"), "error", " ", signInLink(signIn));
        return;
      }
      heard = Date.now();
      event.target.requestSubmit(event.submitter);
    });
  }
  const signInLink = (href) => make("a", { href, target: "_blank", rel: "noopener" }, word("web.script.sign_in"));
  const sentence = (data) => [data.title, data.hint].filter(Boolean).join("：") || word("web.script.failed");

  /* ---------- toasts ---------- */

  const LEVELS = ["info", "success", "warning", "error"];

  /* Say `text`, and what else belongs to it. An error stays until it is closed, the rest goes after a while unless it is
     being read. */
  function toast(text, level = "info", ...more) {
    const kind = LEVELS.includes(level) ? level : "info";
    const element = make("div", { class: `toast toast--${kind}`, "data-toast": true, role: kind === "error" ? "alert" : null },
      make("span", {}, text, ...more),
      make("button", { class: "toast__close", type: "button", "data-toast-close": true, "aria-label": word("web.script.close") }, "×"));
    document.querySelector("[data-toasts-live]").append(element);
    expire(element);
  }
  function expire(element) {
    if (element.classList.contains("toast--error")) return;
    setTimeout(() => (element.matches(":hover, :focus-within") ? expire(element) : element.remove()), 6000);
  }

  /* ---------- values ---------- */

  const TYPES = { integer: "number", decimal: "number", percent: "number", money: "money", date: "date", datetime: "moment" };

  /* What is typed in one control, as JSON would store it. */
  function stored(kind, text, unit) {
    if (kind === "datetime") return text && `${text}+08:00`;
    if (TYPES[kind] !== "number" && kind !== "money") return text;
    const plain = text.normalize("NFKC").replace(/[,\s%]/g, "");
    return unit === "wan" && plain && Number.isFinite(Number(plain)) ? (Number(plain) * 10000).toFixed(2) : plain;
  }

  /* The value of a field or of a cell, as expressions see it; null when there is none. */
  function valueOf(holder) {
    const { kind, unit } = holder.dataset;
    const type = TYPES[kind] || "text";
    const read = LiaisonConditions.read;
    if (kind === "table") {
      return all("[data-row]", holder.querySelector("[data-rows-body]")).map((row) =>
        Object.fromEntries(all("[data-cell]", row).map((cell) => [cell.dataset.cell, cell.hasAttribute("data-off") ? null : valueOf(cell)])));
    }
    if (kind === "file") {
      return read({ list: "text" }, all("[data-files] input[type=hidden]", holder).map((input) => input.value));
    }
    if (holder.dataset.many !== undefined) {
      const picked = all("input:checked", holder).concat(all("select option:checked", holder));
      return read({ list: type }, picked.map((one) => one.value));
    }
    if (holder.querySelector("input[type=radio]")) return read(type, holder.querySelector("input[type=radio]:checked")?.value);
    const control = holder.querySelector("[name]");
    return control && read(type, stored(kind, control.value.trim(), unit));
  }
  const isEmpty = (value) => value === null || value === undefined || (Array.isArray(value) && value.length === 0);

  /* A computed value as people read it; a number keeps two decimals at most. */
  function spell(value) {
    if (isEmpty(value)) return "—";
    const text = String(value);
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text).toLocaleString("zh-CN", { maximumFractionDigits: 2 }) : text;
  }

  /* ---------- conditions: show, enable, require, computed ---------- */

  class Conditions {
    constructor(form) {
      this.form = form;
      this.given = Object.fromEntries(Object.entries(JSON.parse(form.dataset.facts || "{}"))
        .map(([path, value]) => [path, LiaisonConditions.literal(value)]));
      this.coded = Object.entries(JSON.parse(form.dataset.coded || "{}"));
      this.fields = all("[data-field]", form).map((element) => ({
        element,
        key: element.dataset.field,
        show: parse(element.dataset.show),
        enable: parse(element.dataset.enable),
        require: parse(element.dataset.require),
        computed: parse(element.querySelector("[data-computed]")?.dataset.computed),
        within: parse(element.dataset.within),
        always: element.hasAttribute("data-required"),
        live: true,
        closed: [],
      }));
      this.sections = all("[data-section][data-show]", form).map((element) => ({ element, show: parse(element.dataset.show) }));
      form.addEventListener("input", () => this.apply());
      form.addEventListener("change", () => this.apply());
      this.apply();
    }

    /* A hidden value counts as missing, and hiding one field may hide the next: repeat until nothing moves. */
    apply() {
      for (let round = 0; round <= this.fields.length; round += 1) {
        if (!this.pass()) break;
      }
    }
    pass() {
      const facts = this.facts();
      const holds = (expression, otherwise) => (expression === undefined ? otherwise : LiaisonConditions.holds(expression, facts));
      let moved = false;
      for (const section of this.sections) {
        const visible = holds(section.show, true);
        moved = moved || section.element.hidden === visible;
        section.element.hidden = !visible;
      }
      for (const row of all("[data-row]", this.form)) moved = this.settle(row) || moved;
      for (const field of this.fields) {
        const visible = holds(field.show, true);
        moved = moved || field.element.hidden === visible;
        field.element.hidden = !visible;
        const live = !field.element.closest("[hidden]") && holds(field.enable, true);
        this.open(field, live);
        this.demand(field, live && holds(field.require, field.always));
        if (field.computed !== undefined) {
          facts[field.key] = LiaisonConditions.evaluate(field.computed, facts);
          field.element.querySelector("[data-computed]").textContent = spell(facts[field.key]);
        }
      }
      for (const element of all("[data-limits]", this.form)) limit(element, facts);
      return moved;
    }
    /* The cells of a row that its other cells show, and want filled. The server clears what is off. */
    settle(row) {
      const cells = all("[data-cell]", row);
      if (!cells.some((cell) => cell.dataset.show || cell.dataset.require)) return false;
      const seen = Object.fromEntries(cells.map((cell) => [cell.dataset.cell, cell.hasAttribute("data-off") ? null : valueOf(cell)]));
      let moved = false;
      for (const cell of cells) {
        const off = Boolean(cell.dataset.show) && !LiaisonConditions.holds(parse(cell.dataset.show), seen);
        moved = moved || off !== cell.hasAttribute("data-off");
        cell.toggleAttribute("data-off", off);
        if (!cell.dataset.require) continue;
        const must = !off && LiaisonConditions.holds(parse(cell.dataset.require), seen);
        cell.dataset.label = must ? word("web.script.must", { label: cell.dataset.called }) : cell.dataset.called;
        for (const control of all(".input, .picker__input", cell)) {
          if (must) control.setAttribute("aria-required", "true");
          else control.removeAttribute("aria-required");
        }
      }
      return moved;
    }
    /* Closing disables what was open, opening gives back just that: what is disabled for other reasons stays so. */
    open(field, live) {
      if (live === field.live) return;
      field.live = live;
      if (!live) field.closed = all("input, select, textarea, button", field.element).filter((control) => !control.disabled);
      for (const control of field.closed) control.disabled = !live;
    }
    demand(field, must) {
      field.must = must;
      const mark = field.element.querySelector("[data-must]");
      if (mark) mark.hidden = !must;
      for (const control of all(".input, .picker__input", field.element)) {
        if (control.closest("[data-cell]")) continue;
        if (must) control.setAttribute("aria-required", "true");
        else control.removeAttribute("aria-required");
      }
    }
    facts() {
      const facts = { ...this.given };
      for (const field of this.fields) {
        facts[field.key] = field.element.closest("[hidden]") ? null : valueOf(field.element);
        for (const [duty, times] of Object.entries(field.within || {})) facts[`within.${duty}.${field.key}`] = lies(facts[field.key], times);
      }
      for (const [path, { field, type, values }] of this.coded) facts[path] = LiaisonConditions.read(type, values[facts[field]]);
      return facts;
    }
    /* The fields that must be filled and are not, in the order of the page. */
    missing() {
      return this.fields.filter((field) => field.must && isEmpty(valueOf(field.element)));
    }
  }
  /* The days between which a date must be; the browser's calendar offers no other. */
  function limit(element, facts) {
    const control = element.querySelector("input[type=date]");
    const limits = parse(element.dataset.limits);
    for (const [name, attribute] of [["minimum", "min"], ["maximum", "max"]]) {
      const day = limits[name] && LiaisonConditions.evaluate(limits[name], facts);
      if (day) control.setAttribute(attribute, day.toString());
      else control.removeAttribute(attribute);
    }
  }
  /* A date that is not between them, in the words the server uses. */
  function beyond(element) {
    const control = all("input[type=date]", element).find(({ validity }) => validity.rangeUnderflow || validity.rangeOverflow);
    if (!control) return "";
    const early = control.validity.rangeUnderflow;
    const day = new Date(`${early ? control.min : control.max}T00:00Z`);
    const language = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
    const spelt = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(day);
    return word(early ? "web.script.too_early" : "web.script.too_late", { label: labelOf(control), day: spelt });
  }
  /* Whether a day lies in the times of a duty; null where there is no day, or none that this page knows about. */
  function lies(day, { first, last, spans }) {
    const text = day && day.toString();
    if (!text || text < first || text > last) return null;
    return spans.some(([from, to]) => from <= text && text <= to);
  }
  const parse = (text) => (text ? JSON.parse(text) : undefined);

  function complain(element, text) {
    element.classList.toggle("field--wrong", Boolean(text));
    const place = element.querySelector("[data-problem]");
    if (!place) return;
    place.hidden = !text;
    place.textContent = text || "";
    for (const control of all("input, select, textarea", element)) {
      if (text) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  /* What is asked for in the words the server uses: one fills in, chooses, uploads or signs. */
  function demanded(element, label) {
    const is = (selector) => element.matches(selector) || element.querySelector(selector);
    if (is("[data-upload]")) return word("web.script.required_file", { label });
    if (is("[data-signature]")) return word("web.script.required_signature", { label });
    if (is("[data-rows]")) return word("web.script.required", { label });
    return word(is("select, input[type=radio], input[type=checkbox]") ? "web.script.required_pick" : "web.script.required", { label });
  }

  /* What somebody gave a field and the form would leave behind: a text that nothing was picked for, a file that was not
     taken or is still on its way. */
  function unsent(element) {
    const unpicked = all(".picker__input", element).find((input) => input.validity.customError);
    if (unpicked) return unpicked.validationMessage;
    const file = element.querySelector("[data-files] .files__file--wrong, [data-files] progress");
    return file ? word(file.matches("progress") ? "web.script.file_coming" : "web.script.file_left") : "";
  }

  const entry = (element) => element.querySelector(".picker__input, input:not([type=hidden]), select:not([hidden]), textarea, button") || element;

  /* What is missing, above the form as the server would say it, each leading to its field. */
  function summarise(form, missing) {
    const list = make("ul", {}, ...missing.map(({ element, label, text }) => {
      const link = make("a", { href: `#${element.id}` }, label);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        entry(element).focus();
      });
      return make("li", {}, link, `：${text}`);
    }));
    const banner = make("div", { class: "banner banner--overdue problems", role: "alert", tabindex: "-1", "data-problems": true },
      make("p", {}, make("b", {}, word("web.script.problems", { count: missing.length }))), list);
    form.before(banner);
    banner.focus();
  }

  /* ---------- drafts ---------- */

  /* Saves the form as one types. The server answers {revision, saved_at: "14:02"}; 409 {who, at} when someone else
     saved in between. The form holds `revision`; nothing is thrown away until the server has it. */
  class Draft {
    constructor(form) {
      this.form = form;
      this.status = form.querySelector("[data-draft-status]") || document.querySelector("[data-draft-status]");
      this.waiting = null;
      this.retry = 0;
      this.dirty = false;
      this.stopped = false;
      form.addEventListener("input", () => this.touch());
      form.addEventListener("change", () => this.touch());
      form.addEventListener("submit", (event) => {
        if (this.signedOut) {
          event.preventDefault(); /* the answer would be a page without what was typed */
          toast(word("web.script.signed_out"), "error");
          this.save();
        } else if (!event.defaultPrevented) this.stop();
      });
      window.addEventListener("online", () => { if (this.dirty) this.save(); });
      window.addEventListener("beforeunload", (event) => { if (this.dirty && !this.stopped) event.preventDefault(); });
    }
    touch() {
      this.dirty = true;
      if (!this.stopped) this.later(800);
    }
    later(delay) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.save(), delay);
    }
    stop() {
      this.stopped = true;
      clearTimeout(this.waiting);
    }
    async save(force = false) {
      if (this.busy || this.stopped) return;
      clearTimeout(this.waiting);
      this.busy = true;
      this.dirty = false;
      this.say(word("web.script.saving"));
      const body = new FormData(this.form);
      for (const [name, value] of Array.from(body)) if (value instanceof File) body.delete(name);
      if (force) body.set("force", "1");
      try {
        this.took(await send(this.form.dataset.draftUrl, body));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; /* fetch says TypeError when there is no connection */
        this.lost();
      } finally {
        this.busy = false;
      }
      if (this.dirty && !this.stopped && this.retry === 0) this.later(800);
    }
    took({ ok, status, data, signIn }) {
      this.signedOut = Boolean(signIn);
      if (signIn) {
        this.dirty = true;
        this.retry = 1;
        this.say(word("web.script.signed_out"), true);
        this.status?.append(" ", signInLink(signIn));
        this.later(5000);
      } else if (ok) {
        this.retry = 0;
        const revision = this.form.elements.namedItem("revision");
        if (revision && data.revision !== undefined) revision.value = data.revision;
        this.say(word("web.script.saved", { time: data.saved_at }));
      } else if (status === 409) {
        this.dirty = true;
        this.conflict(data);
      } else if (status >= 500) {
        this.lost();
      } else {
        this.dirty = true;
        this.stop();
        this.say(word("web.script.save_refused", { reason: sentence(data) }), true);
      }
    }
    lost() {
      this.dirty = true;
      this.retry += 1;
      const seconds = Math.min(3 * 2 ** (this.retry - 1), 60);
      this.say(word("web.script.unsaved", { seconds }), true);
      this.later(seconds * 1000);
    }
    conflict({ who, at }) {
      this.stopped = true;
      this.say(word("web.script.conflict", { who: who || word("web.script.someone"), time: at || "" }), true);
      const theirs = make("button", { type: "button", class: "link" }, word("web.script.see_theirs"));
      const mine = make("button", { type: "button", class: "link" }, word("web.script.keep_mine"));
      theirs.addEventListener("click", () => { this.dirty = false; location.reload(); });
      mine.addEventListener("click", () => { this.stopped = false; this.save(true); });
      this.status?.append(" ", theirs, mine);
    }
    say(text, wrong = false) {
      if (!this.status) return;
      this.status.textContent = text;
      this.status.classList.toggle("saved--wrong", wrong);
    }
  }

  /* ---------- forms ---------- */

  function setUpForm(form) {
    form.noValidate = true;
    const conditions = new Conditions(form);
    form.addEventListener("submit", (event) => {
      const kept = event.submitter?.formNoValidate; /* what is only kept may lack anything, and must not lose anything */
      const lacking = kept ? [] : conditions.missing();
      const left = (element) => unsent(element) || (kept ? "" : beyond(element));
      const wrong = conditions.fields.filter((field) => lacking.includes(field) || (field.live && left(field.element)));
      if (kept && wrong.length === 0) return;
      for (const field of conditions.fields) complain(field.element, "");
      const missing = wrong.map(({ element }) => {
        const label = element.querySelector(".field__label").firstChild.textContent.trim();
        return { element, label, text: left(element) || demanded(element, label) };
      });
      for (const one of missing) complain(one.element, one.text);
      document.querySelector("[data-problems]")?.remove();
      if (missing.length === 0) return;
      event.preventDefault();
      if (missing.length > 1) summarise(form, missing);
      else entry(missing[0].element).focus();
    });
    const settle = (event) => {
      const field = conditions.fields.find(({ element }) => element === event.target.closest("[data-field]"));
      if (!field?.element.classList.contains("field--wrong") || unsent(field.element) || beyond(field.element)) return;
      if (!field.must || !isEmpty(valueOf(field.element))) complain(field.element, "");
    };
    form.addEventListener("input", settle);
    form.addEventListener("change", settle);
    if (form.dataset.draftUrl) new Draft(form);
  }

  /* A form is sent once: a second press while the first is under way does nothing. */
  function guardOnce(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const buttons = all("button:not([type=button])", form).concat(form.id ? all(`button[form="${form.id}"]`) : []);
    setTimeout(() => buttons.forEach((button) => { button.disabled = true; }), 0); /* after its name has been sent */
    const pressed = event.submitter || buttons[0];
    if (!pressed) return;
    pressed.setAttribute("aria-busy", "true");
    if (pressed.dataset.busy) {
      pressed.dataset.idle = pressed.textContent;
      setTimeout(() => { pressed.textContent = pressed.dataset.busy; }, 0);
    }
  }
  function releaseForms() {
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      const buttons = all("button:not([type=button])", form).concat(form.id ? all(`button[form="${form.id}"]`) : []);
      for (const button of buttons) {
        button.disabled = false;
        button.removeAttribute("aria-busy");
        if (button.dataset.idle) button.textContent = button.dataset.idle;
      }
    }
  }

  /* ---------- counters ---------- */

  function setUpCounter(counter) {
    const control = document.getElementById(counter.dataset.countFor);
    const most = Number(control.dataset.most);
    const count = () => {
      const used = Array.from(control.value).length;
      const over = used > most;
      counter.textContent = word("web.script.counter", { used, most }) + (over ? ` · ${word("web.script.over", { count: used - most })}` : "");
      counter.classList.toggle("field__count--over", over);
    };
    control.addEventListener("input", count);
    count();
  }

  /* ---------- repeating rows ---------- */

  function setUpRows(holder) {
    const body = holder.querySelector("[data-rows-body]");
    const blank = holder.querySelector("[data-rows-blank]");
    const add = holder.querySelector("[data-row-add]");
    const every = holder.querySelector("[data-rows-all]");
    const status = holder.querySelector("[data-rows-status]");
    const most = Number(holder.dataset.most || Infinity);
    const least = Number(holder.dataset.least || 0);
    if (!add) return;
    holder.querySelector("[data-row-spare]")?.remove();

    function number() {
      const rows = all(":scope > [data-row]", body);
      rows.forEach((row, index) => { row.querySelector("[data-row-number]").textContent = index + 1; });
      rows.forEach((row, index) => {
        row.querySelector("[data-row-remove]").disabled = rows.length <= least;
        row.querySelector("[data-row-up]").disabled = index === 0;
        row.querySelector("[data-row-down]").disabled = index === rows.length - 1;
      });
      add.disabled = rows.length >= most;
      return rows;
    }
    /* One more row at the end, with `choice`, if given, picked in its column; the row, or undefined where there may be
       no more. */
    function grow(choice) {
      if (number().length >= most) {
        status.textContent = word("web.script.row_most", { most });
        return undefined;
      }
      const next = Number(holder.dataset.next);
      holder.dataset.next = next + 1;
      const row = blank.content.firstElementChild.cloneNode(true);
      for (const element of [row, ...all("*", row)]) {
        for (const attribute of Array.from(element.attributes)) {
          if (attribute.value.includes("__row__")) attribute.value = attribute.value.replaceAll("__row__", next);
        }
      }
      for (const select of all("select[data-picker]", row)) lighten(select);
      if (choice) pick(row.querySelector(`[data-cell="${every.dataset.rowsAll}"] select`), choice);
      body.append(row);
      setUp(row);
      status.textContent = word("web.script.row_added", { row: number().length });
      return row;
    }
    function append() {
      grow()?.querySelector("input:not([type=hidden]), select, textarea, .picker__input")?.focus();
      changed(add);
    }
    /* What may be listed and is not: the choices of the column that stand in no row. */
    function unlisted() {
      const cell = `[data-cell="${every.dataset.rowsAll}"] select`;
      const listed = new Set(all(cell, body).map((select) => select.value));
      return Array.from(blank.content.querySelector(cell).options).filter((one) => one.value && !listed.has(one.value));
    }
    function count() {
      if (!every) return;
      const left = unlisted().length;
      every.hidden = false;
      every.textContent = word("web.script.rows_all", { count: left });
      every.disabled = left === 0;
    }
    function listAll() {
      for (const row of number()) {
        if (all("[data-cell]", row).every((cell) => isEmpty(valueOf(cell)))) row.remove();
      }
      const wanted = unlisted();
      const rows = wanted.map(grow).filter(Boolean);
      number();
      changed(add);
      if (rows.length < wanted.length) toast(word("web.script.row_most", { most }), "warning");
      else status.textContent = word("web.script.rows_listed", { count: rows.length });
      if (every.disabled) add.focus();
    }
    function remove(row) {
      const rows = number();
      const index = rows.indexOf(row);
      row.remove();
      status.textContent = word("web.script.row_removed", { row: index + 1 });
      const left = number();
      (left[Math.min(index, left.length - 1)]?.querySelector("[data-row-remove]") || add).focus();
      changed(add);
    }
    /* The rows stand in another order now: the numbers in their names say so to the server. */
    function reorder() {
      number().forEach((row, index) => {
        for (const control of all("[name]", row)) control.name = control.name.replace(/-\d+-/, `-${index}-`);
      });
      changed(add);
    }
    function move(row, by) {
      const rows = number();
      const to = rows.indexOf(row) + by;
      rows[to][by < 0 ? "before" : "after"](row);
      reorder();
      status.textContent = word("web.script.row_moved", { row: to + 1 });
      const [same, other] = by < 0 ? ["up", "down"] : ["down", "up"];
      const button = row.querySelector(`[data-row-${same}]`);
      (button.disabled ? row.querySelector(`[data-row-${other}]`) : button).focus();
    }
    if (window.Sortable) {
      holder.classList.add("rows--sortable");
      Sortable.create(body, { draggable: "[data-row]", handle: "[data-row-number]", onEnd: reorder });
    }
    add.addEventListener("click", append);
    every?.addEventListener("click", listAll);
    holder.addEventListener("change", count);
    holder.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-remove], [data-row-up], [data-row-down]");
      if (!button) return;
      const row = button.closest("[data-row]");
      if (button.matches("[data-row-remove]")) remove(row);
      else move(row, button.matches("[data-row-up]") ? -1 : 1);
    });
    holder.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        append();
      } else if (event.target.matches("input:not([role=combobox])")) {
        event.preventDefault(); /* Enter inside a row must not send the form */
      }
    });
    number();
    count();
  }
  /* A picker in a row carries what is picked; what it offers beside stands once, in the row to copy. */
  function lighten(select) {
    for (const option of Array.from(select.options)) if (option.value && !option.selected) option.remove();
  }
  function pick(select, option) {
    select.append(option.cloneNode(true));
    select.value = option.value;
  }
  function offeredTo(select) {
    const blank = select.closest("[data-row]")?.closest("[data-rows]").querySelector("[data-rows-blank]");
    const cell = select.closest("[data-cell]");
    return blank ? Array.from(blank.content.querySelector(`[data-cell="${cell.dataset.cell}"] select`).options) : [];
  }

  /* ---------- files ---------- */

  function readable(bytes) {
    return bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
  }

  /* Each file goes to data-upload-url by itself, as `file`; the answer is {id, name, size}. The field then posts ids. */
  function setUpUpload(holder) {
    const url = holder.dataset.uploadUrl;
    const list = holder.querySelector("[data-files]");
    const status = holder.querySelector("[data-upload-status]");
    const input = holder.querySelector("input[type=file]");
    const name = holder.closest("[data-field]")?.dataset.field;
    const most = Number(holder.dataset.maxFiles || Infinity);
    const mostBytes = Number(holder.dataset.maxBytes || Infinity);
    holder.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove-file]");
      if (!button) return;
      button.closest("li").remove();
      (input || holder).focus();
      changed(holder);
    });
    if (!url || !input) return;
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      take(Array.from(input.files));
      input.value = "";
    });
    holder.addEventListener("dragover", (event) => { event.preventDefault(); holder.classList.add("upload--over"); });
    holder.addEventListener("dragleave", () => holder.classList.remove("upload--over"));
    holder.addEventListener("drop", (event) => {
      event.preventDefault();
      holder.classList.remove("upload--over");
      take(Array.from(event.dataTransfer.files));
    });

    function take(files) {
      for (const file of files) {
        if (all("input[type=hidden], progress", list).length >= most) refuse(file, word("web.script.too_many", { most }));
        else if (file.size > mostBytes) refuse(file, word("web.script.too_large", { most: readable(mostBytes) }));
        else upload(file);
      }
    }
    function refuse(file, reason) {
      list.append(make("li", { class: "files__file files__file--wrong" }, typeOf(file),
        make("span", { class: "files__name" }, word("web.script.upload_failed", { name: file.name, reason })), remover(file)));
    }
    const typeOf = (file) =>
      make("span", { class: "files__type", "aria-hidden": "true" }, file.name.split(".").pop().slice(0, 4).toUpperCase());
    const remover = (file) =>
      make("button", { class: "link", type: "button", "data-remove-file": true }, word("web.script.remove"), make("span", { class: "sr" }, file.name));
    function upload(file) {
      const bar = make("progress", { max: 100, value: 0, "aria-label": file.name });
      const more = make("span", { class: "files__more" }, readable(file.size));
      const item = make("li", { class: "files__file" }, typeOf(file), make("span", { class: "files__name" }, file.name), bar, more);
      list.append(item);
      const request = new XMLHttpRequest(); /* fetch cannot say how far it is */
      request.open("POST", url);
      request.setRequestHeader("X-CSRFToken", meta("csrf-token"));
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        bar.value = (100 * event.loaded) / event.total;
        status.textContent = word("web.script.uploading", { name: file.name, percent: Math.round(bar.value) });
      });
      request.addEventListener("load", () => {
        if (request.status >= 200 && request.status < 300 && request.response?.id) done(request.response.id);
        else failed(sentence(request.response || {}), request.status >= 500 || request.status === 429 || signedOut());
      });
      request.addEventListener("error", () => failed(word("web.script.no_connection"), true));
      const signedOut = () => outlived(request.status, request.response);
      const body = new FormData();
      body.append("file", file);
      request.send(body);

      function done(id) {
        bar.replaceWith(make("input", { type: "hidden", name, value: id }));
        item.append(remover(file));
        status.textContent = word("web.script.uploaded", { name: file.name });
        changed(holder);
      }
      /* What was refused for what it is stays refused: only what got lost on the way, or came too often, can be tried again. */
      function failed(reason, lost) {
        const again = make("button", { class: "link", type: "button" }, word("web.script.retry"));
        again.addEventListener("click", async () => {
          if (signedOut()) await renew();
          item.remove();
          upload(file);
        });
        item.classList.add("files__file--wrong");
        more.textContent = reason;
        bar.remove();
        item.append(...(lost ? [again] : []), remover(file));
        status.textContent = word("web.script.not_uploaded", { name: file.name });
      }
    }
  }

  /* ---------- pickers ---------- */

  let pickers = 0;

  /* A select becomes a combobox with search over label and alias (pinyin); far lists ask data-options-url?q=…, which
     answers [{value, label}]. The select stays the control that is sent. */
  /* 住建 for 住房城乡建设: the characters of an abbreviation stand in the name in their order. */
  function abbreviates(short, name) {
    let at = -1;
    return Array.from(short).every((character) => (at = name.toLowerCase().indexOf(character, at + 1)) >= 0);
  }

  function setUpPicker(select) {
    const id = `picker-${(pickers += 1)}`;
    const many = select.multiple;
    const url = select.dataset.optionsUrl;
    const list = make("ul", { class: "picker__list", id, role: "listbox", hidden: true, "aria-label": labelOf(select) });
    const input = make("input", {
      class: "picker__input", type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": id,
      "aria-autocomplete": "list", "aria-describedby": select.getAttribute("aria-describedby"), "aria-label": labelOf(select),
      placeholder: word("web.script.search"), "aria-invalid": select.getAttribute("aria-invalid"), "aria-required": select.getAttribute("aria-required"),
    });
    const chosen = make("div", { class: "picker__chosen" });
    const status = make("span", { class: "sr", role: "status" });
    const holder = make("div", { class: "picker" }, chosen, input, list, status);
    let at = -1;
    let asked = 0;
    input.disabled = select.disabled;
    select.hidden = true;
    select.after(holder);
    new MutationObserver(() => { input.disabled = select.disabled; }).observe(select, { attributes: true, attributeFilter: ["disabled"] });
    if (select.id) {
      input.id = select.id;
      select.removeAttribute("id");
    }
    show();

    function show() {
      input.setCustomValidity("");
      const selected = Array.from(select.selectedOptions).filter((option) => option.value);
      if (!many) {
        input.value = selected[0]?.textContent.trim() || "";
        return;
      }
      input.value = "";
      chosen.replaceChildren(...selected.map((option) => {
        const off = make("button", { class: "link", type: "button", "aria-label": `${word("web.script.remove")} ${option.textContent}` }, "×");
        off.addEventListener("click", () => { option.selected = false; show(); changed(select); input.focus(); });
        return make("span", { class: "chip chip--primary" }, option.textContent.trim(), off);
      }));
    }
    async function open(query) {
      const mine = (asked += 1);
      if (url) await fetchOptions(query);
      else complete();
      if (mine !== asked) return;
      const wanted = query.trim().toLowerCase();
      const offered = Array.from(select.options).filter((option) => option.value && !option.disabled);
      const exact = offered.filter((option) => `${option.textContent} ${option.dataset.alias || ""} ${option.value}`.toLowerCase().includes(wanted));
      const found = exact.length ? exact : offered.filter((option) => abbreviates(wanted, option.textContent));
      list.replaceChildren(...found.slice(0, 200).map((option, index) => {
        const item = make("li", { class: "picker__option", role: "option", id: `${id}-${index}`, "aria-selected": String(option.selected) }, option.textContent.trim());
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(option));
        item.option = option;
        return item;
      }));
      const none = word(url && wanted.length < 2 ? "web.script.type_more" : "web.script.no_match");
      if (!found.length) list.append(make("li", { class: "picker__none", role: "option", "aria-disabled": "true" }, none));
      status.textContent = found.length ? word("web.script.matches", { count: found.length }) : none;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      move(found.length && wanted ? 0 : -1);
    }
    function complete() {
      const known = new Set(Array.from(select.options, (option) => option.value));
      for (const option of offeredTo(select)) if (!known.has(option.value)) select.append(option.cloneNode(true));
    }
    async function fetchOptions(query) {
      const address = new URL(url, location.href);
      address.searchParams.set("q", query);
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) {
        toast(word("web.script.failed"), "error");
        return;
      }
      for (const option of Array.from(select.options)) if (option.value && !option.selected) option.remove();
      const known = new Set(Array.from(select.options, (option) => option.value));
      for (const { value, label } of await answer.json()) if (!known.has(value)) select.append(new Option(label, value));
    }
    function close() {
      asked += 1;
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function choose(option) {
      option.selected = many ? !option.selected : true;
      show();
      close();
      changed(select);
    }
    function move(to) {
      const items = all(".picker__option", list);
      at = items.length ? Math.max(-1, Math.min(to, items.length - 1)) : -1;
      items.forEach((item, index) => item.classList.toggle("picker__option--at", index === at));
      if (at >= 0) {
        input.setAttribute("aria-activedescendant", items[at].id);
        items[at].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      if (input.validity.customError) {
        input.setCustomValidity("");
        changed(select);
      }
      open(input.value);
    });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => { if (list.hidden) open(""); });
    input.addEventListener("blur", () => {
      if (!many && input.value.trim() === "" && select.value) {
        select.value = "";
        changed(select);
      }
      close();
      const typed = input.value.trim();
      const picked = !many && select.value ? select.selectedOptions[0].textContent.trim() : "";
      /* What was typed stays and is told of: taken away, it would pass for picked. */
      if (typed && typed !== picked) input.setCustomValidity(word("web.script.not_picked", { text: typed }));
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open("");
        else move(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        const item = all(".picker__option", list)[at];
        if (item) choose(item.option);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
        show();
      } else if (event.key === "Backspace" && many && input.value === "" && select.selectedOptions.length) {
        select.selectedOptions[select.selectedOptions.length - 1].selected = false;
        changed(select);
        show();
      }
    });
  }
  function labelOf(control) {
    if (control.getAttribute("aria-label")) return control.getAttribute("aria-label");
    return control.labels?.[0]?.firstChild?.textContent.trim() || control.closest("fieldset")?.querySelector("legend")?.firstChild.textContent.trim() || "";
  }

  /* One select for each level of a code list whose options name their parent. */
  function setUpCascade(select) {
    const options = Array.from(select.options).filter((option) => option.value);
    const label = labelOf(select);
    const holder = make("div", { class: "cascade" });
    const below = (parent) => options.filter((option) => (option.dataset.parent || "") === parent);
    select.hidden = true;
    select.after(holder);

    function path() {
      const keys = [];
      let option = options.find((one) => one.value === select.value);
      while (option) {
        keys.unshift(option.value);
        option = options.find((one) => one.value === option.dataset.parent);
      }
      return keys;
    }
    function draw(focusLevel = -1) {
      const keys = path();
      const levels = [];
      for (let level = 0; level <= keys.length; level += 1) {
        const parent = level === 0 ? "" : keys[level - 1];
        const entries = below(parent);
        if (!entries.length) break;
        const one = make("select", { class: "input", "aria-label": level === 0 ? label : `${label} ${level + 1}`, "aria-describedby": select.getAttribute("aria-describedby") },
          new Option(word("web.script.choose"), ""), ...entries.map((option) => new Option(option.textContent.trim(), option.value)));
        one.value = keys[level] || "";
        one.disabled = select.disabled;
        one.addEventListener("change", (event) => {
          event.stopPropagation();
          select.value = one.value || parent;
          draw(level);
          changed(select);
        });
        levels.push(one);
      }
      holder.replaceChildren(...levels);
      if (focusLevel >= 0) levels[focusLevel].focus();
    }
    new MutationObserver(() => all("select", holder).forEach((one) => { one.disabled = select.disabled; }))
      .observe(select, { attributes: true, attributeFilter: ["disabled"] });
    draw();
  }

  /* ---------- stock phrases ---------- */

  /* Below every long text of the page a menu of the person's own phrases: one that is pressed stands where the cursor is. */
  function setUpPhrases(template) {
    const menus = [];
    for (const text of all("textarea.input").filter((one) => !one.closest("[data-cell], template"))) {
      const menu = template.content.firstElementChild.cloneNode(true);
      menu.querySelector("summary").setAttribute("aria-label", `${menu.querySelector("summary").textContent} ${labelOf(text)}`.trim());
      text.after(menu);
      menus.push(menu);
      menu.addEventListener("click", (event) => {
        const phrase = event.target.closest("[data-phrase]");
        if (phrase) insert(text, phrase.textContent);
        else if (event.target.closest("[data-keep-phrase]")) keep(text);
        else return;
        menu.open = false;
      });
    }
    function insert(text, phrase) {
      text.focus();
      text.setRangeText(phrase, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    async function keep(text) {
      const body = new FormData();
      body.set("text", text.value.slice(text.selectionStart, text.selectionEnd) || text.value);
      text.focus();
      try {
        const { ok, data } = await send(template.dataset.phrasesUrl, body);
        toast(ok ? data.said : sentence(data), ok ? "success" : "error");
        if (ok) menus.forEach((menu) => offer(menu, data.text));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; /* fetch says TypeError when there is no connection */
        toast(word("web.script.no_connection"), "error");
      }
    }
    function offer(menu, phrase) {
      if (all("[data-phrase]", menu).some((one) => one.textContent === phrase)) return;
      menu.querySelector("[data-keep-phrase]").parentElement.before(make("li", {}, make("button", { class: "link", type: "button", "data-phrase": true }, phrase)));
    }
  }

  /* ---------- signature ---------- */

  /* Drawn or typed: the field posts one value, the drawing as a PNG data address or the name. */
  function setUpSignature(holder) {
    const typed = holder.querySelector("[data-signature-typed]");
    const pad = holder.querySelector("[data-pad]");
    const image = holder.querySelector("[data-pad-image]");
    const status = holder.querySelector("[data-pad-status]");
    const pen = pad.getContext("2d");
    const name = typed.name;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(pad).color;
    function settle() {
      const drawn = image.value !== "";
      image.name = drawn ? name : "";
      typed.name = drawn ? "" : name;
      status.textContent = word(drawn ? "web.script.signed" : typed.value.trim() ? "web.script.signed_typed" : "web.script.unsigned");
    }
    const place = (event) => {
      const box = pad.getBoundingClientRect();
      return [((event.clientX - box.left) * pad.width) / box.width, ((event.clientY - box.top) * pad.height) / box.height];
    };
    let drawing = false;
    pad.addEventListener("pointerdown", (event) => {
      if (typed.disabled) return;
      drawing = true;
      pad.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...place(event));
    });
    pad.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      pen.lineTo(...place(event));
      pen.stroke();
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      pad.addEventListener(kind, () => {
        if (!drawing) return;
        drawing = false;
        image.value = pad.toDataURL("image/png");
        settle();
        changed(image);
      });
    }
    holder.querySelector("[data-pad-clear]").addEventListener("click", () => {
      pen.clearRect(0, 0, pad.width, pad.height);
      image.value = "";
      settle();
      changed(typed);
    });
    typed.addEventListener("input", settle);
    if (image.value) {
      const picture = new Image();
      picture.onload = () => pen.drawImage(picture, 0, 0);
      picture.src = image.value;
    }
    settle();
  }

  /* ---------- a code list under another field ---------- */

  /* Of a select that stands `under` another field only the codes below what is picked there are offered. */
  function setUpUnder(select) {
    const form = select.closest("form");
    const above = () => valueOf(form.querySelector(`[data-field="${select.dataset.under}"]`));
    const options = Array.from(select.options);
    function offer() {
      const parents = [above()].flat();
      const offered = options.filter((option) => !option.value || parents.includes(option.dataset.parent));
      const kept = offered.some((option) => option.value === select.value) ? select.value : "";
      select.replaceChildren(...offered);
      select.value = kept;
    }
    form.addEventListener("change", (event) => {
      if (event.target.closest(`[data-field="${select.dataset.under}"]`)) offer();
    });
    offer();
  }

  /* ---------- a list as a file ---------- */

  /* Asks for the file with word of how far it is: lines of {done}, then {href, count, cut}. The link itself leads to the
     file at once, for who has no script. */
  async function exportList(link) {
    if (link.dataset.working) return;
    link.dataset.working = "1";
    const stop = new AbortController();
    const said = make("span", {}, word("web.script.exporting", { count: 0 }));
    const off = make("button", { class: "link", type: "button" }, word("web.script.cancel"));
    const note = make("div", { class: "toast toast--info toast--working", role: "status" }, make("progress"), said, off);
    off.addEventListener("click", () => stop.abort());
    document.querySelector("[data-toasts-live]").append(note);
    try {
      const address = new URL(link.href);
      address.searchParams.set("progress", "1");
      const answer = await fetch(address, { credentials: "same-origin", signal: stop.signal });
      if (answer.redirected) location.assign(answer.url); /* the session has ended */
      else if (!answer.ok) toast(word("web.script.failed"), "error");
      else {
        const last = await lines(answer, (line) => { if (line.done) said.textContent = word("web.script.exporting", { count: line.done }); });
        if (!last?.href) toast(word("web.script.failed"), "error");
        else {
          location.assign(last.href);
          toast(word(last.cut ? "web.script.export_cut" : "web.script.exported", { count: last.count }), last.cut ? "warning" : "success");
        }
      }
    } catch (error) {
      if (error.name !== "AbortError") toast(word("web.script.no_connection"), "error");
    } finally {
      note.remove();
      delete link.dataset.working;
    }
  }
  /* Each line of JSON as it comes; resolves to the last. */
  async function lines(answer, each) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let last = null;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const whole = (rest + part.value).split("\n");
      rest = whole.pop();
      for (const line of whole.filter(Boolean)) each((last = JSON.parse(line)));
    }
    return last;
  }

  /* ---------- setting up, and what is delegated ---------- */

  const PARTS = [
    ["[data-rows]", setUpRows], ["select[data-picker]", setUpPicker], ["select[data-cascade]", setUpCascade], ["select[data-under]", setUpUnder],
    ["[data-upload]", setUpUpload], ["[data-signature]", setUpSignature], ["[data-count-for]", setUpCounter],
    ["form[data-form]", setUpForm], ["[data-toast]", expire], ["template[data-phrases]", setUpPhrases],
  ];
  const done = new WeakMap();
  function setUp(root) {
    for (const [selector, act] of PARTS) {
      for (const element of (root.matches?.(selector) ? [root] : []).concat(all(selector, root))) {
        const acts = done.get(element) || new Set();
        if (acts.has(act)) continue;
        done.set(element, acts.add(act));
        act(element);
      }
    }
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const opener = at("[data-opens]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.opens).showModal();
    }
    at("[data-closes]")?.closest("dialog").close();
    at("[data-toast-close]")?.closest("[data-toast]").remove();
    const copier = at("[data-copy]");
    if (copier) navigator.clipboard.writeText(copier.dataset.copy).then(() => toast(word("web.script.copied"), "success"), () => toast(word("web.script.failed"), "error"));
    if (at("[data-print]")) {
      for (const folded of document.querySelectorAll("details[data-printed]")) folded.open = true; // paper does not unfold
      window.print();
    }
    const exporter = at("a[data-export]");
    if (exporter) {
      event.preventDefault();
      exportList(exporter);
    }
    const toggler = at("[data-toggles]");
    if (toggler) {
      const open = document.getElementById(toggler.dataset.toggles).classList.toggle("nav--open");
      toggler.setAttribute("aria-expanded", String(open));
    }
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.matches("dialog")) event.target.close(); /* a press on the backdrop */
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const toggler of all("[data-toggles][aria-expanded=true]")) {
      toggler.click();
      toggler.focus();
    }
    for (const menu of all("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-pick-all]")) return;
    for (const box of all("tbody .pick input", event.target.closest("table"))) box.checked = event.target.checked;
  });
  /* A browser says what is missing in its own language; the page says it in the page's. */
  document.addEventListener("invalid", (event) => {
    if (event.target.validity.valueMissing) event.target.setCustomValidity(demanded(event.target, labelOf(event.target)));
  }, true);
  document.addEventListener("input", (event) => event.target.setCustomValidity?.(""));
  document.addEventListener("submit", askFirst, true);
  document.addEventListener("submit", guardOnce);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (document.querySelector("form[data-draft-url]")) location.reload(); /* its draft has been saved since */
    else releaseForms();
  });
  const connection = () => { document.querySelector("[data-offline]").hidden = navigator.onLine; };
  window.addEventListener("online", connection);
  window.addEventListener("offline", connection);

  document.addEventListener("htmx:load", (event) => setUp(event.detail.elt));
  document.addEventListener("htmx:responseError", (event) => {
    const type = event.detail.xhr.getResponseHeader("Content-Type") || "";
    toast(type.includes("json") ? sentence(JSON.parse(event.detail.xhr.responseText)) : word("web.script.failed"), "error");
  });
  document.addEventListener("htmx:sendError", () => toast(word("web.script.no_connection"), "error"));
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level)); /* HX-Trigger: {"toast": {…}} */

  connection();
  setUp(document);
  for (const tab of all(".tabs a[aria-current]")) tab.scrollIntoView({ block: "nearest", inline: "nearest" }); /* on a phone they are one row */
  document.querySelector("[data-problems]")?.focus();
  window.Liaison = { toast };
})();
