// Runs the browser's script in node. Standard input: a list of {expr, facts} or {type, stored}; standard output: the
// values. Facts are written as in truth_table.json; a number comes back as {"number": its decimal text}.
"use strict";
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");

runInThisContext(readFileSync(process.argv[2], "utf8"));
const { evaluate, holds, literal, read } = globalThis.LiaisonConditions;

function fact(written) {
  if (Array.isArray(written)) return written.map(fact);
  if (written === null || typeof written !== "object") return literal(written);
  const one = Object.keys(written).length === 1;
  if (one && (typeof written.date === "string" || typeof written.moment === "string")) return literal(written);
  return facts(written);
}

function facts(written) {
  return Object.fromEntries(Object.entries(written).map(([path, each]) => [path, fact(each)]));
}

function shown(value) {
  if (typeof value === "number") return shown(literal(value));
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(shown);
  const kind = { Num: "number", Day: "date", Moment: "moment" }[value.constructor.name];
  if (kind) return { [kind]: String(value) };
  return Object.fromEntries(Object.entries(value).map(([path, each]) => [path, shown(each)]));
}

function answer({ expr, facts: written, type, stored }) {
  if (type !== undefined) return shown(read(type, stored));
  const given = facts(written);
  const value = evaluate(expr, given);
  if (holds(expr, given) !== (value === true)) throw new Error("holds differs from evaluate");
  return shown(value);
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answer)));
