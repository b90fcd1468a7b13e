// Types as Athena has them in a query, as text: varchar, bigint, array(varchar), map(varchar, bigint), row(...). `unknown` is the type of
// null; `error` that of an expression whose problem is told already, and goes with everything.
import { readFileSync } from 'node:fs';

const numbers = ['integer', 'bigint', 'decimal', 'double']; // each widens to those after it

// array(map(a, b)) → ['array', ['map(a, b)']]; a plain type has no inner ones.
export function parts(type) {
    const open = type.indexOf('(');
    if (open < 0) return [type, []];
    const inner = [];
    let depth = 0, start = open + 1;
    for (let index = open + 1; index < type.length; index++) {
        const letter = type[index];
        if (letter === '(') depth++;
        if ((letter === ',' && depth === 0) || (letter === ')' && depth === 0)) {
            inner.push(type.slice(start, index).trim());
            start = index + 1;
        } else if (letter === ')') depth--;
    }
    return [type.slice(0, open), inner.filter(one => one !== '')];
}

export const isNumber = type => numbers.includes(type);

// The type that both become, or null where Athena would refuse them side by side.
export function common(a, b) {
    if (a === b) return a;
    if (a === 'error' || b === 'error') return 'error';
    if (a === 'unknown') return b;
    if (b === 'unknown') return a;
    if (isNumber(a) && isNumber(b)) return numbers[Math.max(numbers.indexOf(a), numbers.indexOf(b))];
    const [outer, inner] = parts(a), [otherOuter, otherInner] = parts(b);
    if (outer !== otherOuter || inner.length === 0 || inner.length !== otherInner.length) return null;
    const both = inner.map((type, index) => common(type, otherInner[index]));
    return both.includes(null) ? null : `${outer}(${both.join(', ')})`;
}

// name → [{ arguments, isRepeated, result }], from athena-functions.txt.
export function readSignatures(file) {
    const signatures = new Map();
    for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (line.trim() === '' || line.startsWith('#')) continue;
        const name = /^\w+(?=\()/.exec(line)?.[0] ?? fail(line), end = closing(line, name.length);
        const [, types] = parts(line.slice(0, end + 1)), result = line.slice(end + 1).trim() || fail(line);
        const isRepeated = types.at(-1)?.endsWith('...') ?? false;
        const signature = { text: line, arguments: types.map(type => type.replace('...', '')), isRepeated, result };
        signatures.set(name, [...(signatures.get(name) ?? []), signature]);
    }
    return signatures;
}

function closing(text, open) {
    for (let index = open, depth = 0; index < text.length; index++) {
        if (text[index] === '(') depth++;
        if (text[index] === ')' && --depth === 0) return index;
    }
    fail(text);
}

function fail(line) {
    throw new Error(`athena-functions.txt: expected name(types) result, found ${line}`);
}

// The result of a signature for these types, or null where they do not go in. `lambda(parameter)` gives the type of a lambda's body.
export function apply(signature, types, lambda) {
    const expected = signature.arguments;
    if (signature.isRepeated ? types.length < expected.length - 1 : types.length !== expected.length) return null;
    const bound = new Map();
    for (let index = 0; index < types.length; index++) {
        if (!accept(expected[Math.min(index, expected.length - 1)], types[index], bound, lambda)) return null;
    }
    return substitute(signature.result, bound);
}

function accept(expected, found, bound, lambda) {
    if (found === 'error') return true;
    if (/^[A-Z]$/.test(expected)) {
        const both = bound.has(expected) ? common(bound.get(expected), found) : found;
        if (both !== null) bound.set(expected, both);
        return both !== null;
    }
    const [outer, inner] = parts(expected);
    if (outer === 'function') return found === 'function' && common(lambda(substitute(inner[0], bound)), inner[1]) !== null;
    if (inner.length === 0) return found === 'unknown' || (isNumber(expected) && isNumber(found) && common(expected, found) === expected)
        || found === expected || (expected === 'timestamp' && found === 'date');
    if (found === 'unknown') return true;
    const [foundOuter, foundInner] = parts(found);
    return outer === foundOuter && inner.length === foundInner.length && inner.every((type, index) => accept(type, foundInner[index], bound, lambda));
}

function substitute(type, bound) {
    return type.replace(/\b[A-Z]\b/g, letter => bound.get(letter) ?? 'unknown');
}
