// The browser back end of the expressions in docs/expressions.md; platform/liaison/conditions is the reference,
// and a test compares the two. Expressions come checked from the server. No eval, no build step.
//
//   LiaisonConditions.evaluate(expr, facts)  the value: null, true, false, a string, Num, Day, Moment, an array
//   LiaisonConditions.holds(expr, facts)     true or false
//   LiaisonConditions.read(type, stored)     a fact from what is stored in JSON or typed into a field
//   LiaisonConditions.literal(expr)          a fact from a literal: 3, "a", {"date": "2026-01-26"}, a list of these
//
// `facts` is a flat object: the full dotted path → a fact. A type is "text", "number", "money", "boolean", "date",
// "moment", "code", {"list": type} or {"rows": {path: type}}. Num, Day and Moment have toString.
"use strict";

(function () {
  // A number is a whole number of millionths: six decimal places, exact where a double is not.
  const ONE = 1000000n;
  const LIMIT = 10n ** 15n * ONE;
  const LONGEST_EXPONENT = 40;
  const MICROSECONDS_PER_DAY = 86400000000n;
  const CHINA = 8n * 3600000000n;
  const FIRST_DAY = dayNumber(1, 1, 1);
  const LAST_DAY = dayNumber(9999, 12, 31);

  class Num {
    constructor(millionths) {
      this.millionths = millionths;
    }
    toString() {
      const size = this.millionths < 0n ? -this.millionths : this.millionths;
      const rest = (size % ONE).toString().padStart(6, "0").replace(/0+$/, "");
      return (this.millionths < 0n ? "-" : "") + (size / ONE).toString() + (rest ? "." + rest : "");
    }
  }

  class Day {
    constructor(number) {
      this.number = number; // days since 1970-01-01
    }
    toString() {
      return spellDay(this.number);
    }
  }

  class Moment {
    constructor(microseconds) {
      this.microseconds = microseconds; // since 1970-01-01T00:00Z
    }
    toString() {
      const local = this.microseconds + CHINA;
      const day = floorDivide(local, MICROSECONDS_PER_DAY);
      let rest = local - day * MICROSECONDS_PER_DAY;
      const pick = (unit) => {
        const found = rest / unit;
        rest %= unit;
        return found.toString().padStart(2, "0");
      };
      const clock = [pick(3600000000n), pick(60000000n), pick(1000000n)].join(":");
      const fraction = rest ? "." + rest.toString().padStart(6, "0") : "";
      return spellDay(Number(day)) + "T" + clock + fraction + "+08:00";
    }
  }

  // ---- reading -------------------------------------------------------------------------------------------

  function number(millionths) {
    return -LIMIT < millionths && millionths < LIMIT ? new Num(millionths) : null;
  }

  function readNumber(stored) {
    if (typeof stored === "string") {
      return /^-?[0-9]{1,40}(\.[0-9]{1,40})?$/.test(stored) ? decimal(stored) : null;
    }
    return typeof stored === "number" && Number.isFinite(stored) ? decimal(String(stored)) : null;
  }

  function decimal(text) {
    const [, minus, whole, fraction = "", exponent = "0"] =
      /^(-?)([0-9]+)(?:\.([0-9]+))?(?:e([+-][0-9]+))?$/.exec(text);
    const shift = Number(exponent) - fraction.length + 6;
    if (whole.length + Number(exponent) > LONGEST_EXPONENT + 1) return null;
    const digits = BigInt(whole + fraction);
    const size = shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
    return number(minus ? -size : size);
  }

  function dayNumber(year, month, day) {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return date.getTime() / 86400000;
  }

  function spellDay(number) {
    const date = new Date(number * 86400000);
    const pad = (part, width) => String(part).padStart(width, "0");
    return [pad(date.getUTCFullYear(), 4), pad(date.getUTCMonth() + 1, 2), pad(date.getUTCDate(), 2)].join("-");
  }

  function readDay(stored) {
    if (typeof stored !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(stored)) return null;
    const found = day(dayNumber(...stored.split("-").map(Number)));
    // A day that does not exist (30 February) comes back as another one.
    return found !== null && found.toString() === stored ? found : null;
  }

  function day(number) {
    return FIRST_DAY <= number && number <= LAST_DAY ? new Day(number) : null;
  }

  const CLOCK = "(?:([01][0-9]|2[0-3]):([0-5][0-9]))";
  const MOMENT = new RegExp(
    "^([0-9]{4}-[0-9]{2}-[0-9]{2})T" + CLOCK + "(?::([0-5][0-9])(?:\\.([0-9]{1,6}))?)?(?:Z|([+-])" + CLOCK + ")$",
  );

  function readMoment(stored) {
    const found = typeof stored === "string" ? MOMENT.exec(stored) : null;
    const date = found && readDay(found[1]);
    if (!date) return null;
    const [hour, minute, second, fraction] = [found[2], found[3], found[4] || "0", found[5] || ""];
    const seconds = BigInt(hour) * 3600n + BigInt(minute) * 60n + BigInt(second);
    const local = BigInt(date.number) * MICROSECONDS_PER_DAY + seconds * 1000000n + BigInt(fraction.padEnd(6, "0"));
    const offset = BigInt(found[7] || "0") * 3600000000n + BigInt(found[8] || "0") * 60000000n;
    const moment = new Moment(found[6] === "-" ? local + offset : local - offset);
    return day(Number(floorDivide(moment.microseconds + CHINA, MICROSECONDS_PER_DAY))) && moment;
  }

  function read(type, stored) {
    if (typeof type === "object") {
      if (type.list) return Array.isArray(stored) ? stored.map((item) => read(type.list, item)) : null;
      return Array.isArray(stored) ? stored.filter(isRow).map((row) => readRow(type.rows, row)) : [];
    }
    switch (type) {
      case "text":
      case "code":
        return typeof stored === "string" && stored !== "" ? stored : null;
      case "number":
      case "money":
        return readNumber(stored);
      case "boolean":
        return typeof stored === "boolean" ? stored : null;
      case "date":
        return readDay(stored);
      case "moment":
        return readMoment(stored);
      default:
        throw new Error("unknown type " + type);
    }
  }

  function readRow(columns, row) {
    return Object.fromEntries(Object.entries(columns).map(([path, type]) => [path, read(type, own(row, path))]));
  }

  function literal(expr) {
    if (Array.isArray(expr)) return expr.map(literal);
    if (isRow(expr)) {
      if (typeof expr.date === "string") return readDay(expr.date);
      if (typeof expr.moment === "string") return readMoment(expr.moment);
      throw new Error("not a literal");
    }
    return fact(expr);
  }

  function fact(value) {
    return value === undefined ? null : typeof value === "number" ? readNumber(value) : value;
  }

  function own(object, path) {
    return Object.prototype.hasOwnProperty.call(object, path) ? object[path] : null;
  }

  function isRow(value) {
    const special = value instanceof Num || value instanceof Day || value instanceof Moment;
    return typeof value === "object" && value !== null && !Array.isArray(value) && !special;
  }

  // ---- comparing -----------------------------------------------------------------------------------------

  function kindOf(value) {
    if (value === null) return "null";
    if (value instanceof Num) return "number";
    if (value instanceof Day) return "date";
    if (value instanceof Moment) return "moment";
    return typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : "";
  }

  function weight(value) {
    if (value instanceof Num) return value.millionths;
    if (value instanceof Day) return value.number;
    return value instanceof Moment ? value.microseconds : value;
  }

  function equal(left, right) {
    const kind = kindOf(left);
    return kind !== "" && kind === kindOf(right) && weight(left) === weight(right);
  }

  // -1, 0 or 1; null where the two have no order.
  function order(left, right) {
    const kind = kindOf(left);
    if (kind !== kindOf(right) || !["number", "text", "date", "moment"].includes(kind)) return null;
    if (kind === "text") return orderText(left, right);
    const [one, other] = [weight(left), weight(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  }

  // By code point: in UTF-16 a surrogate sorts below U+E000 to U+FFFF, although it stands for something above.
  function orderText(left, right) {
    const shorter = Math.min(left.length, right.length);
    for (let index = 0; index < shorter; index += 1) {
      const [one, other] = [left.charCodeAt(index), right.charCodeAt(index)];
      if (one === other) continue;
      const [high, higher] = [isSurrogate(one), isSurrogate(other)];
      return high === higher ? Math.sign(one - other) : high ? 1 : -1;
    }
    return Math.sign(left.length - right.length);
  }

  function isSurrogate(unit) {
    return unit >= 0xd800 && unit <= 0xdfff;
  }

  function isMissing(value) {
    return value === null || value === "" || (Array.isArray(value) && value.length === 0);
  }

  // ---- reckoning -----------------------------------------------------------------------------------------

  function floorDivide(value, by) {
    const quotient = value / by;
    return value % by < 0n ? quotient - 1n : quotient;
  }

  // Halves go away from zero.
  function divideRounded(value, by) {
    const negative = value < 0n !== by < 0n;
    const [size, part] = [value < 0n ? -value : value, by < 0n ? -by : by];
    const rounded = (2n * size + part) / (2n * part);
    return negative ? -rounded : rounded;
  }

  const ARITHMETIC = {
    "+": (left, right) => left + right,
    "-": (left, right) => left - right,
    "*": (left, right) => divideRounded(left * right, ONE),
    "/": (left, right) => (right === 0n ? LIMIT : divideRounded(left * ONE, right)),
  };

  function reckon(operator, left, right) {
    if (!(left instanceof Num && right instanceof Num)) return null;
    return number(ARITHMETIC[operator](left.millionths, right.millionths));
  }

  function roundTo(value, places) {
    if (!(value instanceof Num)) return null;
    const step = 10n ** BigInt(6 - places);
    return number(divideRounded(value.millionths, step) * step);
  }

  function dateAdd(from, amount, unit) {
    if (!(amount instanceof Num) || amount.millionths % ONE !== 0n) return null;
    const steps = Number(amount.millionths / ONE);
    if (from instanceof Day) return moved(from.number, steps, unit);
    if (!(from instanceof Moment)) return null;
    const local = from.microseconds + CHINA;
    const today = floorDivide(local, MICROSECONDS_PER_DAY);
    const target = moved(Number(today), steps, unit);
    return target && new Moment(from.microseconds + (BigInt(target.number) - today) * MICROSECONDS_PER_DAY);
  }

  function moved(number, steps, unit) {
    if (unit === "days") return day(number + steps);
    const date = new Date(number * 86400000);
    const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + steps * (unit === "years" ? 12 : 1);
    const [year, month] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
    if (year < 1 || year > 9999) return null;
    const last = dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
    return day(dayNumber(year, month, Math.min(date.getUTCDate(), last)));
  }

  function total(values) {
    return values.reduce((sum, value) => reckon("+", sum, value), new Num(0n));
  }

  function extreme(values, sign) {
    if (!values.length || values.some((value) => order(values[0], value) === null)) return null;
    return values.reduce((best, value) => (order(value, best) === sign ? value : best));
  }

  const OVER_VALUES = {
    sum: total,
    mean: (values) => reckon("/", total(values), new Num(BigInt(values.length) * ONE)),
    min: (values) => extreme(values, -1),
    max: (values) => extreme(values, 1),
  };

  // ---- evaluating ----------------------------------------------------------------------------------------

  // `around` is {item, outer}: what variables read, and what stands around it.
  function value(expr, around) {
    if (Array.isArray(expr) || !isRow(expr)) return literal(expr);
    const [operator] = Object.keys(expr);
    const found = own(OPERATORS, operator);
    if (!found) throw new Error("unknown operator " + operator);
    return found(expr[operator], around);
  }

  function truth(expr, around) {
    return value(expr, around) === true;
  }

  function variable(path, around) {
    if (path.startsWith("outer.")) return variable(path.slice(6), around.outer);
    if (path === "") return fact(around.item);
    return isRow(around.item) ? fact(own(around.item, path)) : null;
  }

  function items(list) {
    return Array.isArray(list) ? list : [];
  }

  function ordering(accepts) {
    return ([left, right], around) => {
      const found = order(value(left, around), value(right, around));
      return found !== null && accepts(found);
    };
  }

  function arithmetic(operator) {
    return (operands, around) =>
      operands.map((each) => value(each, around)).reduce((left, right) => reckon(operator, left, right));
  }

  function chosen(over, where, around) {
    const within = items(value(over, around)).map((item) => ({ item, outer: around }));
    return where === undefined ? within : within.filter((each) => truth(where, each));
  }

  function overValues(operator) {
    return (argument, around) => {
      const [over, inner = { var: "" }, where] = Array.isArray(argument) ? argument : [argument];
      const values = chosen(over, where, around).map((each) => value(inner, each));
      return OVER_VALUES[operator](values.filter((each) => each !== null));
    };
  }

  const OPERATORS = {
    var: variable,
    date: readDay,
    moment: readMoment,
    and: (terms, around) => terms.every((term) => truth(term, around)),
    or: (terms, around) => terms.some((term) => truth(term, around)),
    "!": (term, around) => !truth(term, around),
    "==": ([left, right], around) => equal(value(left, around), value(right, around)),
    "!=": ([left, right], around) => !equal(value(left, around), value(right, around)),
    "<": ordering((found) => found < 0),
    "<=": ordering((found) => found <= 0),
    ">": ordering((found) => found > 0),
    ">=": ordering((found) => found >= 0),
    in: ([needle, list], around) => {
      const sought = value(needle, around);
      return items(value(list, around)).some((item) => equal(sought, fact(item)));
    },
    missing: (operand, around) => isMissing(value(operand, around)),
    "+": arithmetic("+"),
    "-": arithmetic("-"),
    "*": arithmetic("*"),
    "/": arithmetic("/"),
    round: ([operand, places], around) => roundTo(value(operand, around), places),
    date_add: ([from, amount, unit], around) => dateAdd(value(from, around), value(amount, around), unit),
    count: (argument, around) => {
      const [over, where] = Array.isArray(argument) ? argument : [argument];
      return new Num(BigInt(chosen(over, where, around).length) * ONE);
    },
    any: ([over, where], around) => chosen(over, where, around).length > 0,
    all: ([over, where], around) => {
      const every = chosen(over, undefined, around);
      return every.length > 0 && every.every((each) => truth(where, each));
    },
    sum: overValues("sum"),
    min: overValues("min"),
    max: overValues("max"),
    mean: overValues("mean"),
  };

  function evaluate(expr, facts) {
    return value(expr, { item: facts, outer: null });
  }

  function holds(expr, facts) {
    return evaluate(expr, facts) === true;
  }

  globalThis.LiaisonConditions = Object.freeze({ evaluate, holds, read, literal });
})();
