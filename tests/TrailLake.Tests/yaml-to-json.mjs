// Reads a YAML document on standard input, and prints it as JSON; a mistake in it ends with its place.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { parse } = await import(pathToFileURL(process.argv[2]).href);
console.log(JSON.stringify(parse((readFileSync(0, "utf8")), { strict: true, uniqueKeys: true })));
