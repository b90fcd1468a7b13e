// Reads SQL files with the grammars that Athena's SQL follows, and prints FILE:LINE:COLUMN: MESSAGE for what does not parse.
//
//   node check-sql.mjs trino FILE…    queries and views
//   node check-sql.mjs hive FILE…     tables and partitions (DDL)
//
// Exit status 1 when something did not parse. A grammar finds syntax errors, not unknown columns or functions.
import { readFileSync } from 'node:fs';
import { hive, trino } from './athena-parser.mjs';

const [dialect, ...files] = process.argv.slice(2);
const parser = { trino, hive }[dialect]?.();
if (!parser || files.length === 0) {
    console.log('usage: node check-sql.mjs trino|hive FILE…');
    process.exit(64);
}

// Trino's lexer takes a backquote for an error only in some places; Athena refuses it in every query.
function backquotes(sql) {
    const bare = sql.replace(/'[^']*'|--[^\n]*/g, text => ' '.repeat(text.length)).split('\n');
    return bare.flatMap((line, index) => line.includes('`')
        ? [{ startLine: index + 1, startColumn: line.indexOf('`') + 1, message: 'a backquote: queries quote names with "' }]
        : []);
}

const problems = files.flatMap(file => {
    const sql = readFileSync(file, 'utf8');
    const found = [...parser.validate(sql), ...(dialect === 'trino' ? backquotes(sql) : [])];
    return found.map(error => `${file}:${error.startLine}:${error.startColumn}: ${error.message}`);
});
problems.forEach(problem => console.log(problem));
process.exitCode = problems.length === 0 ? 0 : 1; // and not exit(), which cuts off what a pipe has not taken yet
